use super::exit::{Exit, Failure};
use super::output::{Output, table};
use clap::Args;
use schakel_api::model::{Direction, FieldRow, Requirement, Stream};
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only this stream
    #[arg(long)]
    stream: Option<String>,
}

#[derive(Serialize)]
struct StreamFields {
    stream: &'static str,
    dutch: &'static str,
    /// Absent when the link says which side owns it.
    direction: Option<Direction>,
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct Field {
    name: &'static str,
    dutch: &'static str,
    element: &'static str,
    class: &'static str,
    grammar: String,
    required: bool,
}

/// Prints the field table: all that can cross.
pub(super) fn fields(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let streams = match &arguments.stream {
        None => Stream::ALL.to_vec(),
        Some(name) => {
            let names = Stream::ALL.map(Stream::as_str).join(", ");
            vec![Stream::named(name).ok_or_else(|| Failure::usage(format!("there are the streams {names}")))?]
        }
    };
    let streams: Vec<StreamFields> = streams.into_iter().map(of).collect();
    output.print(&streams, |streams| streams.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::Done)
}

fn of(stream: Stream) -> StreamFields {
    let field = |row: &'static FieldRow| Field {
        name: &row.name,
        dutch: &row.dutch,
        element: &row.element,
        class: row.class.as_str(),
        grammar: row.grammar.describe(),
        required: row.requirement == Requirement::Required,
    };
    StreamFields {
        stream: stream.as_str(),
        dutch: stream.dutch(),
        direction: stream.direction(),
        fields: stream.rows().iter().map(field).collect(),
    }
}

fn text(stream: &StreamFields) -> String {
    let way = match stream.direction {
        Some(Direction::FrontToBack) => "front office to back office",
        Some(Direction::BackToFront) => "back office to front office",
        None => "from the side that owns it, which the link names, to the other",
    };
    let rows: Vec<Vec<String>> = stream
        .fields
        .iter()
        .map(|field| {
            let required = if field.required { "yes" } else { "" };
            [field.name, field.dutch, field.element, field.class, required, &field.grammar].map(str::to_owned).to_vec()
        })
        .collect();
    let table = table(&["field", "Dutch", "iStandaarden", "class", "required", "grammar"], &rows);
    format!("{} ({}): {way}\n{table}", stream.stream, stream.dutch)
}
