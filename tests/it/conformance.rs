//! Every adapter that settings may name keeps the contract: an adapter without a subject here fails the test.

use schakel::adapters::ADAPTERS;
use schakel_api::conformance::{SourceCase, Subject, TargetCase, check};
use schakel_api::contract::{Adapter, Credentials, Opening};
use schakel_api::mapping::{Each, FieldPath, Form, Line, OutPath, Path, Projection, Source, Template};
use schakel_api::model::{Record, Stream, Values};
use schakel_api::value::{Law, Municipality};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

#[tokio::test]
async fn every_adapter_keeps_the_contract() {
    for adapter in ADAPTERS {
        let subject = match adapter.name() {
            "files" => files(*adapter),
            "istandaarden" => istandaarden(*adapter),
            "rest" => rest(*adapter).await,
            name => panic!("there is no subject for the adapter `{name}`: add one here"),
        };
        let report = check(&subject).await;
        assert!(report.failed().is_empty(), "{}\n{report}", adapter.name());
    }
}

#[test]
fn every_adapter_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = ADAPTERS.iter().map(|adapter| adapter.name()).collect();
    assert_eq!(names.len(), ADAPTERS.len());
}

fn opening(base: &std::path::Path) -> Opening {
    Opening {
        system: "package-of-the-test".to_owned(),
        base: base.to_owned(),
        credentials: Credentials::default(),
        municipalities: vec![Municipality::new("0384", None, None).unwrap()],
        laws: vec![Law::Wmo],
    }
}

/// A message that says that one delivery began.
const STARTED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<m:Bericht xmlns:m="http://www.istandaarden.nl/iwmo/3_2/wmo305/schema"
    xmlns:b="http://www.istandaarden.nl/iwmo/3_2/basisschema/schema">
  <m:Header>
    <m:Afzender>42420001</m:Afzender>
    <m:Ontvanger>0384</m:Ontvanger>
    <m:BerichtIdentificatie>
      <b:Identificatie>NUMBER</b:Identificatie>
      <b:Dagtekening>2026-01-06</b:Dagtekening>
    </m:BerichtIdentificatie>
  </m:Header>
  <m:Client>
    <m:Bsn>999900006</m:Bsn>
    <m:StartProducten>
      <m:StartProduct>
        <m:ToewijzingNummer>300201</m:ToewijzingNummer>
        <m:Begindatum>2026-01-05</m:Begindatum>
        <m:StatusAanlevering>1</m:StatusAanlevering>
      </m:StartProduct>
    </m:StartProducten>
  </m:Client>
</m:Bericht>
"#;

/// A directory with two messages.
fn istandaarden(adapter: &dyn Adapter) -> Subject<'_> {
    let directory = tempfile::tempdir().unwrap();
    for number in ["1", "2"] {
        let file = directory.path().join(format!("{number}.xml"));
        std::fs::write(file, STARTED.replace("NUMBER", number)).unwrap();
    }
    Subject {
        adapter,
        opening: opening(directory.path()),
        system: "directory = \".\"".to_owned(),
        source: Some(SourceCase { stream: Stream::Start, section: String::new(), projection: None }),
        target: None,
        make_unreachable: Box::new(move || std::fs::remove_dir_all(directory.path()).unwrap()),
    }
}

/// A directory with a file of more rows than a page holds, and place for others.
fn files(adapter: &dyn Adapter) -> Subject<'_> {
    let directory = tempfile::tempdir().unwrap();
    let rows = (0..600).fold(String::new(), |rows, id| rows + &format!("{id};x\n"));
    std::fs::write(directory.path().join("in.csv"), format!("id;naam\n{rows}")).unwrap();
    let mut projection = Projection::new(vec![Each::parse("$[*]").unwrap()]);
    projection.row(FieldPath::parse("$.id", 0).unwrap());
    Subject {
        adapter,
        opening: opening(directory.path()),
        system: "directory = \".\"".to_owned(),
        source: Some(SourceCase {
            stream: Stream::Indication,
            section: "files = \"in*.csv\"\nformat = \"csv\"\nready = { age-seconds = 0 }\nafter = \"delete\""
                .to_owned(),
            projection: Some(projection),
        }),
        target: Some(TargetCase {
            stream: Stream::Indication,
            section: "name = \"uit-{reference}.csv\"\nformat = \"csv\"".to_owned(),
            template: Some(Template::new(Stream::Indication, vec![bsn_line()], false)),
            records: vec![indication()],
        }),
        make_unreachable: Box::new(move || std::fs::remove_dir_all(directory.path()).unwrap()),
    }
}

/// A line that writes the BSN.
fn bsn_line() -> Line {
    let to = OutPath::parse("client.bsn").unwrap();
    let from = Source::Field("bsn".to_owned());
    Line { to, from, form: Form::Text, null: false, scheme: None, table: None }
}

/// A server that gives two pages and takes everything, until it is away.
async fn rest(adapter: &dyn Adapter) -> Subject<'_> {
    let server = MockServer::start().await;
    let away = Arc::new(AtomicBool::new(false));
    let answer = |body: serde_json::Value| {
        let away = Arc::clone(&away);
        move |_: &Request| match away.load(Ordering::Relaxed) {
            true => ResponseTemplate::new(503),
            false => ResponseTemplate::new(200).set_body_json(&body),
        }
    };
    let get = || Mock::given(method("GET")).and(path("/indicaties"));
    let first = json!({"items": [{"id": "A", "changed": "2025-01-05T10:00:00Z"}], "next": "second"});
    let second = json!({"items": [{"id": "B", "changed": "2025-01-05T11:00:00Z"}]});
    get().and(query_param_is_missing("since")).respond_with(answer(first)).mount(&server).await;
    get().and(query_param("since", "second")).respond_with(answer(second)).mount(&server).await;
    Mock::given(method("PUT")).respond_with(answer(json!({"number": 1}))).mount(&server).await;

    let mut projection = Projection::new(vec![Each::parse("$.items[*]").unwrap()]);
    projection.row(FieldPath::parse("$.id", 0).unwrap());
    let template = Template::new(Stream::Indication, vec![bsn_line()], false);
    Subject {
        adapter,
        opening: opening(std::path::Path::new("/")),
        system: format!("base-url = \"{}\"", server.uri()),
        source: Some(SourceCase {
            stream: Stream::Indication,
            section:
                "path = \"/indicaties\"\npaging = { next = \"$.next\", parameter = \"since\", since = \"$.changed\" }"
                    .to_owned(),
            projection: Some(projection),
        }),
        target: Some(TargetCase {
            stream: Stream::Indication,
            section: "path = \"/toewijzingen/{id}\"\nrepeat = \"idempotent\"".to_owned(),
            template: Some(template.with_receipt("number", Path::parse("$.number").unwrap())),
            records: vec![indication()],
        }),
        // The server is dropped together with this closure.
        make_unreachable: Box::new(move || {
            let _ = &server;
            away.store(true, Ordering::Relaxed);
        }),
    }
}

fn indication() -> Record {
    let mut values = Values::new();
    let texts = [("id", "IND-1"), ("law", "wmo"), ("bsn", "999900006"), ("provider", "agb:12345678")];
    let others = [("product.category", "02"), ("delivery-form", "zin"), ("start", "2026-01-05"), ("state", "in-force")];
    texts.into_iter().chain(others).for_each(|(name, text)| values.set(name, text));
    Record::read(Stream::Indication, &values).unwrap()
}
