use crate::support::{SECRET, cleared, open, system, target, template, with};
use schakel_api::contract::{Fault, FaultCode, Receipt, Rendered, Repeat, Stamp};
use schakel_api::model::Stream;
use schakel_api::value::Moment;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn stamp(reference: &str) -> Stamp {
    Stamp { reference: reference.to_owned(), moment: Moment::UNIX_EPOCH }
}

/// What becomes of a record when the server answers so.
async fn outcome(answer: ResponseTemplate) -> Result<Receipt, Fault> {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let target = target(&server);
    let rendered = target.render(&[cleared("IND-1")], &stamp("ref-1")).unwrap();
    let mut outcomes = target.deliver(&rendered).await;
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// The requests that a server got.
async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.get(name)?.to_str().ok()
}

#[tokio::test]
async fn a_record_is_put_under_its_reference_and_the_answer_gives_its_number() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(201).set_body_json(serde_json::json!({"nummer": 300_201, "naam": "x"}));
    Mock::given(method("PUT")).and(path("/api/toewijzingen/IND%2F1")).respond_with(answer).mount(&server).await;
    let target = target(&server);
    let rendered = target.render(&[cleared("IND/1")], &stamp("ref-1")).unwrap();
    let outcomes = target.deliver(&rendered).await;
    assert!(
        outcomes
            == [Ok(Receipt { ids: vec![("number".to_owned(), "300201".to_owned())] })]
                .map(|receipt: Result<_, Fault>| receipt)
    );
    let [request] = &requests(&server).await[..] else { panic!("one request") };
    assert_eq!(header(request, "idempotency-key"), Some("ref-1"));
    assert_eq!(header(request, "content-type"), Some("application/json"));
    assert_eq!(header(request, "authorization"), Some(format!("Bearer {SECRET}").as_str()));
    let body = serde_json::json!({"id": "IND/1", "client": {"bsn": "999900006"}, "omvang": {"volume": 3}});
    assert_eq!(request.body_json::<serde_json::Value>().unwrap(), body);
}

#[tokio::test]
async fn a_repeat_is_identical_to_the_byte() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let rendered = target(&server).render(&[cleared("IND-1")], &stamp("ref-1")).unwrap();
    // The bytes come back from the store, after a restart perhaps.
    let stored = Rendered::new(rendered.bytes().to_vec());
    target(&server).deliver(&rendered).await;
    target(&server).deliver(&stored).await;
    let requests = requests(&server).await;
    let sent: Vec<_> =
        requests.iter().map(|request| (&request.url, &request.body, header(request, "idempotency-key"))).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
}

#[tokio::test]
async fn rendering_takes_one_record_and_sends_nothing() {
    let server = MockServer::start().await;
    let target = target(&server);
    assert!(target.render(&[], &stamp("ref-1")).is_err());
    assert!(target.render(&[cleared("A"), cleared("B")], &stamp("ref-1")).is_err());
    let [one, again, other] = ["ref-1", "ref-1", "ref-2"].map(|at| target.render(&[cleared("A")], &stamp(at)).unwrap());
    assert!(one == again && one != other);
    assert!(requests(&server).await.is_empty());
}

#[tokio::test]
async fn an_id_that_would_lead_elsewhere_is_not_rendered() {
    let server = MockServer::start().await;
    let problem = target(&server).render(&[cleared("..")], &stamp("ref-1")).unwrap_err();
    assert_eq!(problem.field, "id");
}

#[tokio::test]
async fn what_a_status_means_for_a_write() {
    let system = || "package".to_owned();
    for status in [200, 201, 202, 204] {
        assert!(outcome(ResponseTemplate::new(status)).await == Ok(Receipt::default()), "{status}");
    }
    let mut table = vec![];
    for status in [400, 404, 405, 409, 410, 412, 413, 415, 422, 428] {
        table.push((status, Fault::Refused { system: system(), code: FaultCode::NotAccepted }));
    }
    for status in [300, 301, 302, 303, 304, 307, 308] {
        table.push((status, Fault::Broken { system: system(), code: FaultCode::UnexpectedAnswer }));
    }
    for status in [500, 501, 502, 504] {
        table.push((status, Fault::Unknown { system: system(), code: FaultCode::ServerError }));
    }
    for status in [408, 429, 503] {
        table.push((status, Fault::Unavailable { system: system(), code: FaultCode::Busy, retry_after: None }));
    }
    table.push((401, Fault::Denied { system: system(), code: FaultCode::NotAuthenticated }));
    table.push((403, Fault::Denied { system: system(), code: FaultCode::NotAuthorised }));
    for (status, fault) in table {
        assert!(outcome(ResponseTemplate::new(status)).await == Err(fault), "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, elsewhere) = (MockServer::start().await, MockServer::start().await);
    for status in [301, 302, 303, 307, 308] {
        server.reset().await;
        let location = format!("{}/api/toewijzingen/IND-1", elsewhere.uri());
        let answer = ResponseTemplate::new(status).insert_header("location", location);
        Mock::given(any()).respond_with(answer).expect(1).mount(&server).await;
        let target = target(&server);
        let rendered = target.render(&[cleared("IND-1")], &stamp("ref-1")).unwrap();
        assert!(target.deliver(&rendered).await[0].is_err());
    }
    assert!(requests(&elsewhere).await.is_empty(), "a BSN goes to the address in the settings only");
}

#[tokio::test]
async fn neither_secret_nor_value_is_in_what_can_be_shown() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(400).set_body_string("IND-1 of 999900006 is wrong");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let target = target(&server);
    let rendered = target.render(&[cleared("IND-1")], &stamp("ref-1")).unwrap();
    let fault = target.deliver(&rendered).await.remove(0).err().unwrap();
    let opening = crate::support::opening();
    let shown = format!("{fault} {fault:?} {rendered:?} {opening:?}");
    for hidden in [SECRET, "999900006", "IND-1", "ref-1"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_ours_are_a_fault_and_not_sent() {
    let server = MockServer::start().await;
    let outcomes = target(&server).deliver(&Rendered::new(b"<xml/>".to_vec())).await;
    let broken = Fault::Broken { system: "package".to_owned(), code: FaultCode::UnexpectedAnswer };
    assert!(outcomes == vec![Err(broken)] && requests(&server).await.is_empty());
}

#[tokio::test]
async fn limits_are_those_of_the_settings() {
    let server = MockServer::start().await;
    let limits = |section: &str| {
        with(section, |section| system(&server).target(Stream::Indication, section, Some(template()))).unwrap().limits()
    };
    let plain = limits("path = \"/x\"\nrepeat = \"blind\"\n");
    assert_eq!((plain.repeat, plain.concurrency, plain.incomplete), (Repeat::Blind, 16, false));
    let own = limits("path = \"/x\"\nrepeat = \"idempotent\"\nconcurrency = 4\nincomplete = true\nmethod = \"PUT\"\n");
    assert_eq!((own.repeat, own.concurrency, own.incomplete), (Repeat::Idempotent, 4, true));
}

#[tokio::test]
async fn without_authentication_no_token_goes_along() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let system = open(&format!("base-url = \"{}\"\n", server.uri())).unwrap();
    let section = "path = \"/x\"\nrepeat = \"blind\"\n";
    let target = with(section, |section| system.target(Stream::Indication, section, Some(template()))).unwrap();
    let rendered = target.render(&[cleared("IND-1")], &stamp("ref-1")).unwrap();
    target.deliver(&rendered).await;
    assert_eq!(header(&requests(&server).await[0], "authorization"), None);
}
