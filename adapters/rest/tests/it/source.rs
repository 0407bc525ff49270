use crate::support::{fetch, page, snapshot, source};
use schakel_api::contract::{Cursor, Fault, FaultCode, Item};
use std::time::Duration;
use wiremock::matchers::{any, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Answers to a request whose parameter has this value, or that has none.
async fn answer(server: &MockServer, parameter: Option<&str>, answer: ResponseTemplate) {
    let request = Mock::given(method("GET")).and(path("/api/indicaties"));
    let request = match parameter {
        Some(value) => request.and(query_param("gewijzigd_na", value)),
        None => request.and(query_param_is_missing("gewijzigd_na")),
    };
    request.respond_with(answer).expect(1..).mount(server).await;
}

/// A cursor whose next pass starts from a mark.
fn marked(mark: &str) -> Cursor {
    Cursor { mark: Some(mark.to_owned()), ..Cursor::default() }
}

/// The fault of fetching from the beginning when the server answers so.
async fn fault(answer: ResponseTemplate) -> Fault {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    fetch(&source(&server), &Cursor::default()).await.err().unwrap()
}

#[tokio::test]
async fn a_pass_follows_the_pages_and_ends_with_the_latest_change_as_mark() {
    let server = MockServer::start().await;
    let late = "2025-01-05T11:00:00+01:00";
    answer(&server, None, page(&[("A", "2025-01-05T08:00:00Z"), ("B", late)], Some("p&2"))).await;
    answer(&server, Some("p&2"), page(&[("C", "2025-01-05T09:30:00Z")], Some("p3"))).await;
    answer(&server, Some("p3"), page(&[], None)).await;
    let source = source(&server);
    let (mut cursor, mut pages) = (Cursor::default(), Vec::new());
    loop {
        let page = fetch(&source, &cursor).await.unwrap();
        pages.push(page.items.len());
        assert!(page.items.iter().all(|item| matches!(item, Item::Row(_))) && page.files.is_empty());
        cursor = page.next;
        if page.complete {
            break;
        }
        assert!(cursor.mark.is_none(), "a pass that is not complete moves no mark");
    }
    assert_eq!(pages, [2, 1, 0]);
    assert!(cursor == marked(late), "the latest change by time, not by text");
}

#[tokio::test]
async fn the_next_pass_starts_from_the_mark_less_the_overlap() {
    let server = MockServer::start().await;
    answer(&server, Some("2025-01-05T09:59:00Z"), page(&[("D", "2025-01-05T10:00:30Z")], None)).await;
    let page = fetch(&source(&server), &marked("2025-01-05T11:00:00+01:00")).await.unwrap();
    assert!(page.complete && page.next == marked("2025-01-05T10:00:30Z"));
}

#[tokio::test]
async fn a_row_from_the_future_of_the_source_moves_no_mark() {
    let server = MockServer::start().await;
    let rows = [("A", "2025-01-05T08:00:00Z"), ("B", "2025-01-05T10:00:01Z")];
    let dated = page(&rows, None).insert_header("date", "Sun, 05 Jan 2025 10:00:00 GMT");
    answer(&server, None, dated).await;
    let page = fetch(&source(&server), &Cursor::default()).await.unwrap();
    assert!(page.items.len() == 2 && page.next == marked("2025-01-05T08:00:00Z"));
}

#[tokio::test]
async fn a_mark_that_is_no_moment_is_asked_for_as_it_is() {
    let server = MockServer::start().await;
    answer(&server, Some("4711"), page(&[("D", "4712"), ("E", "4713")], None)).await;
    let page = fetch(&source(&server), &marked("4711")).await.unwrap();
    assert!(page.next == marked("4713"));
}

#[tokio::test]
async fn a_pass_without_changes_keeps_the_mark() {
    let server = MockServer::start().await;
    answer(&server, Some("4711"), page(&[], None)).await;
    let page = fetch(&source(&server), &marked("4711")).await.unwrap();
    assert!(page.complete && page.next == marked("4711"));
}

#[tokio::test]
async fn asking_twice_with_one_cursor_gives_the_same_page() {
    let server = MockServer::start().await;
    answer(&server, Some("p2"), page(&[("A", "2025-01-05T08:00:00Z")], Some("p3"))).await;
    let source = source(&server);
    let cursor = Cursor { position: Some("p2".to_owned()), ..marked("2025-01-01T00:00:00Z") };
    let [one, other] = [fetch(&source, &cursor).await.unwrap(), fetch(&source, &cursor).await.unwrap()];
    assert!(one.items == other.items && one.next == other.next && !one.complete);
}

#[tokio::test]
async fn a_page_that_points_at_itself_is_a_fault() {
    let server = MockServer::start().await;
    answer(&server, Some("p2"), page(&[("A", "2025-01-05T08:00:00Z")], Some("p2"))).await;
    let cursor = Cursor { position: Some("p2".to_owned()), ..Cursor::default() };
    let fault = fetch(&source(&server), &cursor).await.err().unwrap();
    assert_eq!(fault, Fault::Broken { system: "package".to_owned(), code: FaultCode::UnexpectedAnswer });
}

#[tokio::test]
async fn a_next_page_that_is_no_single_value_is_no_end_but_a_fault() {
    for next in ["{\"href\": \"p2\"}", "[\"p2\"]"] {
        let body = format!("{{\"items\": [], \"next\": {next}, \"volgende\": {next}}}");
        let fault = fault(ResponseTemplate::new(200).set_body_string(body)).await;
        assert_eq!(fault, Fault::Broken { system: "package".to_owned(), code: FaultCode::UnexpectedAnswer });
    }
}

#[tokio::test]
async fn a_whole_list_that_is_missing_is_no_empty_list() {
    let broken = Fault::Broken { system: "package".to_owned(), code: FaultCode::UnexpectedAnswer };
    for (body, outcome) in [("{\"items\": []}", None), ("{}", Some(&broken)), ("{\"items\": null}", Some(&broken))] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string(body)).mount(&server).await;
        let fetched = fetch(&snapshot(&server), &Cursor::default()).await;
        assert_eq!(fetched.as_ref().err(), outcome, "{body}");
        assert!(fetched.is_err() || fetched.is_ok_and(|page| page.whole && page.items.is_empty()));
        let changes = fetch(&source(&server), &Cursor::default()).await;
        assert!(changes.is_ok(), "of changes, nothing may be told by nothing: {body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_a_fault_that_shows_nothing_of_it() {
    for body in ["<html>999900006</html>", "", "{\"items\": ["] {
        let fault = fault(ResponseTemplate::new(200).set_body_string(body)).await;
        assert_eq!(fault, Fault::Broken { system: "package".to_owned(), code: FaultCode::UnexpectedAnswer });
        assert!(!format!("{fault}{fault:?}").contains("999900006"));
    }
}

#[tokio::test]
async fn what_a_status_means_for_a_read() {
    let system = || "package".to_owned();
    for status in [300, 301, 302, 303, 304, 307, 308, 400, 404, 405, 406, 409, 410, 422] {
        let broken = Fault::Broken { system: system(), code: FaultCode::UnexpectedAnswer };
        assert_eq!(fault(ResponseTemplate::new(status)).await, broken, "{status}");
    }
    for (status, code) in [(401, FaultCode::NotAuthenticated), (403, FaultCode::NotAuthorised)] {
        assert_eq!(fault(ResponseTemplate::new(status)).await, Fault::Denied { system: system(), code }, "{status}");
    }
    let away = [(408, FaultCode::Busy), (429, FaultCode::Busy), (503, FaultCode::Busy)];
    let failed = [500, 501, 502, 504].map(|status| (status, FaultCode::ServerError));
    for (status, code) in away.into_iter().chain(failed) {
        let unavailable = Fault::Unavailable { system: system(), code, retry_after: None };
        assert_eq!(fault(ResponseTemplate::new(status)).await, unavailable, "{status}");
    }
}

#[tokio::test]
async fn a_busy_system_says_how_long_to_wait() {
    for status in [429, 503] {
        let fault = fault(ResponseTemplate::new(status).insert_header("retry-after", "120")).await;
        let Fault::Unavailable { retry_after, .. } = fault else { panic!("{fault}") };
        assert_eq!(retry_after, Some(Duration::from_mins(2)));
    }
}
