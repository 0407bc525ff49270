//! Finds in a request what should never have left the program under test.

use axum::http::HeaderMap;

use crate::bsn;
use crate::mark::Mark;

/// The first year whose dates are no birth dates of the simulation.
const FIRST_YEAR: u32 = 1920;

/// What no request may hold.
#[derive(Debug)]
pub(crate) struct Forbidden {
    /// The marks in lower case: the text, the number, and the number as euros and cents.
    marks: [String; 4],
}

impl Forbidden {
    /// What no request may hold in a simulation with this mark.
    pub(crate) fn new(mark: &Mark) -> Self {
        let (euros, cents) = (mark.number / 100, mark.number % 100);
        let marks = [
            mark.text.to_lowercase(),
            mark.number.to_string(),
            format!("{euros}.{cents:02}"),
            format!("{euros},{cents:02}"),
        ];
        Self { marks }
    }

    /// Whether a request holds a mark or a birth date anywhere, or a BSN in its path or query.
    pub(crate) fn in_request(&self, uri: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        let target = percent_decoded(uri);
        let body = String::from_utf8_lossy(body);
        // Written anew, a JSON body has its letters and digits free of escapes.
        let plain = serde_json::from_str::<serde_json::Value>(&body).map(|json| json.to_string());
        self.in_text(uri)
            || self.in_text(&target)
            || holds_bsn(uri)
            || holds_bsn(&target)
            || headers.values().any(|value| self.in_text(&String::from_utf8_lossy(value.as_bytes())))
            || self.in_text(&body)
            || self.in_text(&percent_decoded(&body))
            || plain.is_ok_and(|plain| self.in_text(&plain))
    }

    fn in_text(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        self.marks.iter().any(|mark| lower.contains(mark)) || holds_birth_date(text)
    }
}

/// The first BSN in a text: nine digits, no more, that pass the 11-test.
pub(crate) fn first_bsn(text: &str) -> Option<&str> {
    bsns(text).next()
}

/// Every BSN in a text.
pub(crate) fn bsns(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_digit()).filter(|digits| bsn::passes(digits))
}

fn holds_bsn(text: &str) -> bool {
    first_bsn(text).is_some()
}

/// Whether a text holds a date such as `1907-03-02` of a year before 1920.
fn holds_birth_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    (0..bytes.len().saturating_sub(9)).any(|from| {
        let alone = !digit(from + 10) && (from == 0 || !digit(from - 1));
        let dashes = bytes[from + 4] == b'-' && bytes[from + 7] == b'-';
        alone
            && dashes
            && number(from, from + 4).is_some_and(|year| year < FIRST_YEAR)
            && number(from + 5, from + 7).is_some_and(|month| (1..=12).contains(&month))
            && number(from + 8, from + 10).is_some_and(|day| (1..=31).contains(&day))
    })
}

/// `text` with every `%41` and `+` decoded; what is no valid escape stays.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let escape = text.get(place + 1..place + 3).filter(|_| *byte == b'%');
        if let Some(byte) = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(byte);
            place += 3;
        } else {
            decoded.push(if *byte == b'+' { b' ' } else { *byte });
            place += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::Forbidden;
    use crate::mark::Mark;

    fn found(uri: &str, header: &'static str, body: &str) -> bool {
        let mark = Mark { text: "Kq7ZrT2b".to_owned(), number: 31_415_926 };
        let headers = HeaderMap::from_iter([(axum::http::header::FROM, HeaderValue::from_static(header))]);
        Forbidden::new(&mark).in_request(uri, &headers, body.as_bytes())
    }

    #[test]
    fn a_mark_is_found_wherever_and_however_it_is_written() {
        assert!(found("/api/a/kq7zrt2b", "", ""));
        assert!(found("/api/a?b=Kq7%5ArT2b", "", ""));
        assert!(found("/api/a", "x Kq7ZrT2b", ""));
        assert!(found("/api/a", "", r#"{"naam":"Kq7ZrT2b"}"#));
        assert!(found("/api/a", "", r#"{"naam":"\u004bq7ZrT2b"}"#));
        assert!(found("/api/a", "", r#"{"bedrag":31415926}"#));
        assert!(found("/api/a", "", r#"{"bedrag":314159.26}"#));
    }

    #[test]
    fn a_birth_date_is_found_anywhere_and_a_bsn_in_the_target_only() {
        assert!(found("/api/a/1912-10-31", "", ""));
        assert!(found("/api/a", "", r#"{"geboren":"1912-10-31T00:00:00Z"}"#));
        assert!(found("/api/a/999900006", "", ""));
        assert!(found("/api/a?bsn=%399990000%36", "", ""));
        assert!(!found("/api/a", "", r#"{"bsn":"999900006"}"#));
    }

    #[test]
    fn an_ordinary_request_holds_nothing() {
        assert!(!found("/api/a/999900007?na=2026-03-01T08:15:30.123456Z", "text/plain", r#"{"van":"2026-01-31"}"#));
        assert!(!found("/api/1234-12-123", "0191-01-1a", r#"{"nummer":1999000061,"datum":"1920-01-01"}"#));
    }
}
