//! A simulation and a real HTTP client for each of its servers.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use schakel_simulator::{Mark, Options, Simulator};
use serde_json::{Value, json};

/// A BSN of the test range that is nobody's own here.
pub(crate) const BSN: &str = "999900006";

/// The mark of every simulation in these tests.
pub(crate) fn mark() -> Mark {
    Mark { text: "Kq7ZrT2b".to_owned(), number: 31_415_926 }
}

/// A small simulation.
pub(crate) fn options() -> Options {
    Options { persons: 60, mark: mark(), token: "geheim".to_owned(), ..Options::default() }
}

/// One server, spoken to by hand.
pub(crate) struct Office {
    client: Client,
    url: String,
    /// Where a record with this id is put.
    place: &'static str,
}

/// The front office and the back office of a simulation.
pub(crate) fn offices(simulator: &Simulator) -> [Office; 2] {
    let office = |url, place| Office { client: Client::new(), url, place };
    [office(simulator.front_url(), "/api/toewijzingen/WMO"), office(simulator.back_url(), "/api/toewijzingen")]
}

impl Office {
    /// A request with the token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth("geheim")
    }

    /// The status that somebody with this token gets.
    pub(crate) async fn status_with(&self, token: &str, path: &str) -> StatusCode {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(token);
        request.send().await.unwrap().status()
    }

    /// A GET without a token, as JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// A POST without a token, as JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A PUT of one record under a key.
    pub(crate) fn put(&self, id: &str, key: &str, body: &Value) -> RequestBuilder {
        let path = format!("{}/{id}", self.place);
        self.request(Method::PUT, &path).header("idempotency-key", key).json(body)
    }

    /// A PUT that is answered.
    pub(crate) async fn answered(&self, id: &str, key: &str, body: &Value) -> Response {
        self.put(id, key, body).send().await.unwrap()
    }

    /// A PUT that is accepted; gives the answer.
    pub(crate) async fn accepted(&self, id: &str, key: &str, version: u32) -> Value {
        let response = self.answered(id, key, &json!({"versie": version})).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    /// The counters, in the order received, records, duplicates, out of order, forbidden values.
    pub(crate) async fn counts(&self) -> [u64; 5] {
        let counts = self.get("/_books").await;
        ["received", "records", "duplicates", "out_of_order", "forbidden_values"]
            .map(|name| counts[name].as_u64().unwrap())
    }

    /// Every entry of a list, in pages of this size; `parameter` carries the cursor.
    pub(crate) async fn list(&self, path: &str, parameter: &str, limit: usize) -> Vec<Value> {
        let (mut entries, mut after) = (Vec::new(), String::new());
        loop {
            let query = [(parameter, after.clone()), ("limit", limit.to_string())];
            let request = self.request(Method::GET, path).query(&query);
            let page: Value = request.send().await.unwrap().json().await.unwrap();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            entries.extend(items.clone());
            match page["volgende"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => return entries,
            }
        }
    }

    /// New orders; gives the present ones.
    pub(crate) async fn control(&self, orders: &Value) -> Value {
        self.post("/_control", orders).await
    }
}

/// The values of every element of this name, in order.
pub(crate) fn values<'a>(text: &'a str, element: &str) -> Vec<&'a str> {
    let opened = text.split('<').filter_map(|part| part.split_once('>'));
    let local = |tag: &str| tag.rsplit(':').next() == Some(element);
    opened.filter(|(tag, _)| !tag.starts_with('/') && local(tag)).map(|(_, value)| value.trim()).collect()
}

/// A message without comments, instructions and the marks of character data sections, and with its references read.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = text.replace("<![CDATA[", "").replace("]]>", "");
    for (from, to) in [("<!--", "-->"), ("<?", "?>")] {
        while let Some(start) = plain.find(from) {
            let end = plain[start..].find(to).map_or(plain.len(), |end| start + end + to.len());
            plain.replace_range(start..end, "");
        }
    }
    if !plain.contains("&#x") {
        return plain;
    }
    (' '..='~').fold(plain, |plain, letter| plain.replace(&format!("&#x{:X};", u32::from(letter)), &letter.to_string()))
}

/// Windows-1252 as far as the exports use it.
pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if *byte == 0x80 { '€' } else { char::from(*byte) }).collect()
}
