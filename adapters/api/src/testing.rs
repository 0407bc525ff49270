//! What the tests of this crate have in common: persons of the test range, and records of every stream.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::gate::{Cleared, Context, Environment, Withheld, clear};
use crate::model::{Record, Stream, Values};
use crate::value::{Law, Version};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// A person of the test range.
pub(crate) const PERSON: &str = "999900006";

/// Another person of the test range.
pub(crate) const OTHER_PERSON: &str = "999900018";

/// Both laws.
pub(crate) const LAWS: [Law; 2] = [Law::Wmo, Law::Jeugdwet];

/// A number of the test range, made as the standard says: four nines, four digits and the check digit, if there is one.
pub(crate) fn test_bsn(four: u32) -> Option<String> {
    let digit = |place: u32| four / 10_u32.pow(place) % 10;
    let sum = 9 * 9 + 8 * 9 + 7 * 9 + 6 * 9 + 5 * digit(3) + 4 * digit(2) + 3 * digit(1) + 2 * digit(0);
    (sum % 11 < 10).then(|| format!("9999{four:04}{}", sum % 11))
}

/// The values with these texts.
pub(crate) fn values(texts: &[(&str, &str)]) -> Values {
    let mut values = Values::new();
    for (name, text) in texts {
        values.set(name, *text);
    }
    values
}

/// The texts of a plain record of a stream.
pub(crate) fn plain(stream: Stream) -> Values {
    let mut values = values(&[("law", "wmo"), ("provider", "agb:12345678")]);
    values.set("bsn", if stream.is_about_a_person() { PERSON } else { "" });
    let delivery =
        [("assignment", "300201"), ("product.category", "02"), ("product.code", "02A03"), ("start", "2026-01-05")];
    let size = [("size.volume", "3"), ("size.unit", "04"), ("size.frequency", "2")];
    let own: Vec<(&str, &str)> = match stream {
        Stream::Indication => [
            &[("id", "IND-1"), ("delivery-form", "zin"), ("state", "in-force"), ("end", "2026-12-31")][..],
            &delivery[1..],
            &size,
        ]
        .concat(),
        Stream::Assignment => {
            let own = [("number", "300201"), ("state", "assigned"), ("assigned", "2026-01-02T09:00:00Z")];
            [&own[..], &delivery[1..], &size].concat()
        }
        Stream::Request => vec![("reference", "REQ-1"), ("kind", "new")],
        Stream::Answer => vec![("reference", "REQ-1"), ("answer", "rejected"), ("reason", "7")],
        Stream::Utilization => {
            let period = [("start", "2026-01-01"), ("end", "2026-01-31"), ("until", "2026-01-31")];
            [&period[..], &[("assignment", "300201"), ("volume", "12"), ("unit", "04"), ("state", "final")]].concat()
        }
        Stream::WaitingList => {
            let product = [("product.category", "02"), ("product.code", "02A03"), ("measured", "2026-01-05")];
            [&product[..], &[("waiting.number", "12"), ("basis", "stated")]].concat()
        }
        Stream::Performance => {
            let period = [("start", "2026-01-01"), ("end", "2026-03-31"), ("group", "02"), ("indicator", "on-time")];
            [&period[..], &[("score", "7.5"), ("observations.number", "40")]].concat()
        }
        Stream::Catalogue => vec![("category", "02"), ("code", "02A03"), ("valid-from", "2026-01-01")],
        Stream::Start => [&[("state", "delivered")][..], &delivery].concat(),
        Stream::Stop => [&[("state", "delivered"), ("reason", "20"), ("end", "2026-03-31")][..], &delivery].concat(),
    };
    for (name, text) in own {
        values.set(name, text);
    }
    if stream == Stream::Request {
        values.push_part(texts(&[("kind", "new"), ("product.category", "02"), ("start", "2026-02-01")]));
    }
    values
}

/// Texts by name, such as those of a part.
pub(crate) fn texts(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// A plain record of a stream with some other texts; an empty text leaves the field out.
pub(crate) fn record_with(stream: Stream, changes: &[(&str, &str)]) -> Record {
    let mut values = plain(stream);
    for (name, text) in changes {
        values.remove(name);
        values.set(name, *text);
    }
    Record::read(stream, &values).unwrap()
}

/// The context of a demonstration.
pub(crate) fn context(withheld: &Withheld) -> Context<'_> {
    Context {
        environment: Environment::Demo,
        laws: &LAWS,
        withheld,
        key: "key-1",
        may_know: true,
        smallest_cell: 10,
        counterpart: None,
    }
}

/// What the gate makes of a record in a demonstration, with nothing withheld.
pub(crate) fn cleared(record: &Record) -> Cleared<Record> {
    clear(record, &Version::counter(7), &context(&Withheld::default())).unwrap()
}

/// Any record of a stream.
pub(crate) fn any_record(stream: Stream) -> impl Strategy<Value = Record> {
    (any_common(), any_care(), any_own(), vec(any_care(), 1..4)).prop_filter_map("no record", move |drawn| {
        let (common, care, own, parts) = drawn;
        let category = if common["law"] == "wmo" { "02" } else { "45" };
        let fixed = texts(&[
            ("delivery-form", "zin"),
            ("assigned", "2026-01-02T09:00:00.5Z"),
            ("kind", "change"),
            ("state", state(stream)),
            ("product.category", category),
            ("reason", if stream == Stream::Stop { "20" } else { "1" }),
            ("category", category),
            ("answer", "rejected"),
            ("basis", "derived"),
            ("unit", "16"),
        ]);
        let mut values = Values::new();
        // What a stream does not have is left out.
        for (name, text) in fixed.iter().chain(&common).chain(&care).chain(&own) {
            if stream.row(name).is_some() {
                values.set(name, text);
            }
        }
        for mut part in parts.into_iter().filter(|_| stream == Stream::Request) {
            part.extend(texts(&[("kind", "change"), ("assignment", "300201"), ("product.category", category)]));
            values.push_part(part);
        }
        Record::read(stream, &values).ok()
    })
}

fn state(stream: Stream) -> &'static str {
    match stream {
        Stream::Indication => "in-force",
        Stream::Assignment => "sent",
        Stream::Utilization => "final",
        Stream::Start | Stream::Stop => "deleted",
        _ => "",
    }
}

fn named(pairs: Vec<(&str, Option<String>)>) -> BTreeMap<String, String> {
    pairs.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
}

fn any_common() -> impl Strategy<Value = BTreeMap<String, String>> {
    let person =
        (0_u32..10_000).prop_filter_map("no BSN", test_bsn).prop_filter("before the range", |bsn| bsn != "999900000");
    let provider = prop_oneof!["agb:[0-9]{8}", "kvk:[0-9]{8}", "vestiging:[0-9]{12}", "local:[A-Za-z0-9.-]{1,20}"];
    (select(&["wmo", "jeugdwet"][..]), person, provider).prop_map(|(law, bsn, provider)| {
        named(vec![("law", Some(law.to_owned())), ("bsn", Some(bsn)), ("provider", Some(provider))])
    })
}

/// Size, first and last day, and a product's code.
fn any_care() -> impl Strategy<Value = BTreeMap<String, String>> {
    let volume = (0_u32..=99_999_999, select(&["01", "04", "14", "16", "82", "84"][..]));
    let volume = (volume, select(&["2", "4", "6", "per-four-weeks", "per-year"][..]));
    let limit = of(Just("amount".to_owned()));
    (of(volume), limit, any_day(), of(0_i64..4000)).prop_map(|(volume, limit, start, days)| {
        let end = days.map(|days| (start + chrono::Duration::days(days)).to_string());
        let mut care = named(vec![("start", Some(start.to_string())), ("end", end)]);
        match (volume, limit) {
            (_, Some(limit)) => drop(care.insert("size.limit".to_owned(), limit)),
            (Some(((number, unit), frequency)), None) => {
                care.insert("size.volume".to_owned(), number.to_string());
                care.insert("size.unit".to_owned(), unit.to_owned());
                care.insert("size.frequency".to_owned(), frequency.to_owned());
            }
            (None, None) => {}
        }
        care
    })
}

/// A day of four-digit years.
pub(crate) fn any_day() -> impl Strategy<Value = chrono::NaiveDate> {
    (1_i32..3_000_000).prop_map(|day| chrono::NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

fn any_own() -> impl Strategy<Value = BTreeMap<String, String>> {
    let numbers = ("[!-~é]{1,64}", "[0-9A-Z-]{1,36}", "[!-~][ -~]{0,35}", of("[!-~]{1,64}"));
    let codes = (of("[A-Z0-9é][A-Z0-9 ]{0,4}"), of(select(&["02", "05", "13"][..])));
    let figures = (0_u32..=99_999_999, "-?[0-9]{1,6}(\\.[0-9]{1,4})?", any_day());
    (numbers, codes, of(any_day()), figures).prop_map(
        |((id, number, reference, other), (code, change), day, figures)| {
            let (count, score, measured) = figures;
            let day = day.map(|day| day.to_string());
            named(vec![
                ("id", Some(id.clone())),
                ("number", Some(number.clone())),
                ("assignment", Some(number)),
                ("reference", Some(reference.clone())),
                ("request", Some(reference)),
                ("indication", other.clone()),
                ("replaces", other.clone()),
                ("decision.number", other.clone()),
                ("refusal", other),
                ("decision.date", day.clone()),
                ("assignment-start", day),
                ("product.code", code.clone()),
                ("code", code.clone()),
                ("name", code),
                ("group", Some(id.clone())),
                ("indicator", Some(id.clone())),
                ("measured", Some(measured.to_string())),
                ("valid-from", Some(measured.to_string())),
                ("volume", Some(count.to_string())),
                ("waiting.number", Some(count.to_string())),
                ("observations.fewer-than", Some(count.to_string())),
                ("score", Some(score)),
                ("change-reason", change.map(str::to_owned)),
            ])
        },
    )
}
