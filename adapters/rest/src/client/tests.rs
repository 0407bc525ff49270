#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_mins(1);

/// What one exchange with a server gives, as a write or as a read.
async fn exchange(listener: &TcpListener, timeout: Duration, writes: bool) -> Result<Vec<u8>, Fault> {
    let base = Url::parse(&format!("http://{}/api", listener.local_addr().unwrap())).unwrap();
    let client = Client::new("package".to_owned(), base, None, timeout).unwrap();
    client.send(client.request(Method::PUT, "/x").unwrap(), writes).await.map(|answer| answer.body)
}

/// A server that reads each request, sends some bytes, and then closes the connection or keeps it open.
async fn serve(listener: &TcpListener, answer: &[u8], keeps: bool) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(answer).await;
        if keeps {
            std::future::pending::<()>().await;
        }
    }
}

/// What both a write and a read give when the server does so.
async fn both(answer: &[u8], keeps: bool, timeout: Duration) -> [Fault; 2] {
    let mut faults = Vec::new();
    for writes in [true, false] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let outcome = tokio::select! {
            outcome = exchange(&listener, timeout, writes) => outcome,
            () = serve(&listener, answer, keeps) => panic!("the server ended"),
        };
        faults.push(outcome.unwrap_err());
    }
    faults.try_into().unwrap()
}

/// A write whose outcome is open, and a read that can be tried again.
fn open(code: FaultCode) -> [Fault; 2] {
    let system = || "package".to_owned();
    [Fault::Unknown { system: system(), code }, Fault::Unavailable { system: system(), code, retry_after: None }]
}

#[tokio::test]
async fn without_an_answer_in_time_a_write_may_have_happened_and_a_read_has_not() {
    assert_eq!(both(b"", true, SHORT).await, open(FaultCode::TimedOut));
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_a_write_open() {
    assert_eq!(both(b"", false, LONG).await, open(FaultCode::ConnectionLost));
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    assert_eq!(both(half, false, LONG).await, open(FaultCode::ConnectionLost));
}

#[tokio::test]
async fn without_a_connection_nothing_has_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let client = Client::new("package".to_owned(), base, None, LONG).unwrap();
    for writes in [true, false] {
        let fault = client.send(client.request(Method::PUT, "/x").unwrap(), writes).await.err();
        let (system, code) = ("package".to_owned(), FaultCode::NoConnection);
        assert_eq!(fault, Some(Fault::Unavailable { system, code, retry_after: None }));
    }
}

#[test]
fn only_seconds_are_read_of_how_long_to_wait_and_an_hour_at_most() {
    let wait = |text: &str| {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        retry_after(&headers).map(|wait| wait.as_secs())
    };
    let found = ["120", " 5 ", "0", "86400", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"].map(wait);
    assert_eq!(found, [Some(120), Some(5), Some(0), Some(3600), None, None, None]);
    assert_eq!(retry_after(&HeaderMap::new()), None);
}

#[test]
fn a_path_comes_behind_the_base_address() {
    let url = |base: &str, path: &str| {
        let client = Client::new("package".to_owned(), Url::parse(base).unwrap(), None, LONG).unwrap();
        client.request(Method::GET, path).unwrap().build().unwrap().url().to_string()
    };
    for (base, path) in [("https://h/api", "/a/b"), ("https://h/api/", "/a/b"), ("https://h/api/", "a/b")] {
        assert_eq!(url(base, path), "https://h/api/a/b");
    }
    assert_eq!(url("http://h:8080", "/a%2Fb"), "http://h:8080/a%2Fb");
}
