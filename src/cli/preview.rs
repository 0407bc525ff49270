use super::exit::{Exit, Failure};
use super::output::Output;
use super::rejections::in_words;
use super::{Common, flows};
use crate::config::Flow;
use crate::engine::{Fate, Shown, actor, preview as read_and_prepare, sample};
use chrono::Utc;
use clap::Args;
use schakel_api::contract::Rendered;
use schakel_api::model::{Class, Stream, Values};
use schakel_api::value::find_bsn;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Stands for a value that is not shown.
const MASK: &str = "***";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The flow, by its name or a part of it that no other has
    flow: String,

    /// A sample file of what the source gives; without it the source itself is read
    #[arg(long)]
    file: Option<PathBuf>,

    /// How many items at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,

    /// Show the values as they are: this shows personal data, and that it was done is logged
    #[arg(long, requires = "reason")]
    unmasked: bool,

    /// Why personal data must be seen; it is logged, so it names nobody
    #[arg(long, requires = "unmasked")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Preview {
    flow: String,
    unmasked: bool,
    /// Whether it goes where its persons are known; in the other direction, only the store tells of whom that holds.
    persons_known: bool,
    items: Vec<Item>,
}

/// What would become of an item.
#[derive(Debug, Serialize)]
struct Item {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejection: Option<Rejection>,
    /// The canonical fields of its record.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Value>,
    /// What the target would send.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Rejection {
    code: &'static str,
    field: String,
    actor: &'static str,
    hint: &'static str,
    handle: Option<String>,
}

/// What is shown of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Eyes {
    Masked,
    Unmasked,
}

/// Shows what would be sent.
pub(super) async fn preview(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let reason = arguments.reason.as_deref().map(str::trim);
    if reason.is_some_and(|reason| reason.is_empty() || find_bsn(reason)) {
        return Err(Failure::usage("say in words why personal data must be seen, without any in it"));
    }
    let installation = common.installation()?;
    let flow = flows::named(&installation, &arguments.flow)?;
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let shown = match &arguments.file {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Failure::io(&path.display().to_string(), &error))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            sample(flow, &name, &bytes, limit, Utc::now())
        }
        None => {
            read_and_prepare(flow, limit, Utc::now()).await.map_err(|fault| Failure::unavailable(fault.to_string()))?
        }
    };
    let eyes = if arguments.unmasked { Eyes::Unmasked } else { Eyes::Masked };
    if let (Eyes::Unmasked, Some(reason)) = (eyes, reason) {
        tracing::warn!(flow = flow.id, reason, "a preview shows personal data");
    }
    let items = shown.into_iter().map(|shown| item(flow, shown, eyes)).collect();
    let (unmasked, persons_known) = (arguments.unmasked, !flow.is_confidential());
    let preview = Preview { flow: flow.id.clone(), unmasked, persons_known, items };
    output.print(&preview, text)?;
    Ok(Exit::Done)
}

fn item(flow: &Flow, shown: Shown, eyes: Eyes) -> Item {
    let Shown { handle, values, fate } = shown;
    let (outcome, rejection, rendered) = match fate {
        Fate::Sent(Some(rendered)) => ("sent", None, Some(rendered)),
        Fate::Sent(None) => ("compared", None, None),
        Fate::Rejected(problem) => {
            let (code, actor) = (problem.code, actor(flow.direction, problem.code));
            let (field, hint) = (problem.field, code.hint());
            ("rejected", Some(Rejection { code: code.as_str(), field, actor, hint, handle }), None)
        }
        Fate::OutOfScope => ("out-of-scope", None, None),
        Fate::Blocked => ("blocked", None, None),
        Fate::Skipped => ("skipped", None, None),
    };
    let fields = values.map(|values| fields(flow.stream, &values, eyes));
    Item { outcome, rejection, fields, target: rendered.map(|rendered| target(&rendered, eyes)) }
}

/// The canonical texts; of those that tell who it is about or are sensitive, only that they are there.
fn fields(stream: Stream, values: &Values, eyes: Eyes) -> Value {
    let seen = |name: &str, text: &str| {
        let open = stream.row(name).is_some_and(|row| matches!(row.class, Class::Service | Class::Technical));
        Value::String(if open || eyes == Eyes::Unmasked { text } else { MASK }.to_owned())
    };
    let outer = values.iter().filter(|(name, _)| !name.starts_with("parts[]."));
    let mut all: Map<String, Value> = outer.map(|(name, text)| (name.clone(), seen(&name, text))).collect();
    let part = |part: &BTreeMap<String, String>| {
        let inner = part.iter().map(|(name, text)| (name.clone(), seen(&format!("parts[].{name}"), text)));
        Value::Object(inner.collect())
    };
    if !values.parts().is_empty() {
        all.insert("parts".to_owned(), values.parts().iter().map(part).collect());
    }
    Value::Object(all)
}

/// What the target made, as far as its shape can be read.
fn target(rendered: &Rendered, eyes: Eyes) -> Value {
    match (serde_json::from_slice(rendered.bytes()), eyes) {
        (Ok(json), _) => shape(json, eyes),
        (Err(_), Eyes::Masked) => Value::String(format!("{} bytes", rendered.bytes().len())),
        (Err(_), Eyes::Unmasked) => Value::String(String::from_utf8_lossy(rendered.bytes()).into_owned()),
    }
}

/// JSON without its values, within texts that are JSON themselves too.
fn shape(json: Value, eyes: Eyes) -> Value {
    match json {
        Value::Object(object) => object.into_iter().map(|(name, value)| (name, shape(value, eyes))).collect(),
        Value::Array(list) => list.into_iter().map(|value| shape(value, eyes)).collect(),
        Value::Null => Value::Null,
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => shape(inner, eyes),
            _ if eyes == Eyes::Unmasked => Value::String(text),
            _ => Value::String(MASK.to_owned()),
        },
        value if eyes == Eyes::Unmasked => value,
        _ => Value::String(MASK.to_owned()),
    }
}

fn text(preview: &Preview) -> String {
    let items = preview.items.iter().enumerate().map(|(at, item)| item_text(at + 1, item));
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for item in &preview.items {
        match counts.iter_mut().find(|(outcome, _)| *outcome == item.outcome) {
            Some((_, count)) => *count += 1,
            None => counts.push((item.outcome, 1)),
        }
    }
    let counts: Vec<String> =
        counts.iter().map(|(outcome, count)| format!("{count} {}", outcome_in_words(outcome))).collect();
    let total = match counts.is_empty() {
        true => "nothing to show".to_owned(),
        false => counts.join(", "),
    };
    let known = match preview.persons_known {
        true => "",
        false => "whether the front office knows the persons was not looked at: of others nothing is sent\n",
    };
    format!("{}{}: {total}; nothing was sent or written\n{known}", items.collect::<String>(), preview.flow)
}

fn outcome_in_words(outcome: &str) -> &str {
    match outcome {
        "sent" => "would be sent",
        "compared" => "would be compared with the owner's",
        "out-of-scope" => "out of scope",
        other => other,
    }
}

fn item_text(number: usize, item: &Item) -> String {
    let mut lines = vec![format!("{number}. {}", outcome_in_words(item.outcome))];
    if let Some(Rejection { code, field, actor, hint, handle }) = &item.rejection {
        let what = format!("{}: {code} {field}", lines.remove(0)).trim_end().to_owned();
        let number = handle.as_ref().map(|handle| format!(" (number {handle})")).unwrap_or_default();
        lines.push(what + &number);
        lines.push(format!("   {} must act: {hint}", in_words(actor)));
    }
    if let Some(Value::Object(fields)) = &item.fields {
        lines.extend(fields.iter().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("   {name:22} {value}")
        }));
    }
    if let Some(target) = &item.target {
        let target = serde_json::to_string_pretty(target).unwrap_or_default().replace('\n', "\n   ");
        lines.push(format!("   to the target: {target}"));
    }
    lines.join("\n") + "\n"
}
