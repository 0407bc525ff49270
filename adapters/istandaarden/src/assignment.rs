//! 301: assignments of one client to one provider.

use crate::envelope::{Draft, Envelope, HEADER, rows};
use crate::texts::{PRODUCT, SIZE};
use crate::xml::{Element, Shape, group, many, presence, text};
use chrono::NaiveTime;
use schakel_api::code::Code;
use schakel_api::value::{Date, Moment, Scalar, Version, VersionKind, date, local_moment};

/// What is read of the message.
pub(crate) const SHAPES: &[Shape] = &[
    HEADER,
    group(
        "Client",
        &[
            text("Bsn"),
            group(
                "ToegewezenProducten",
                &[many(
                    "ToegewezenProduct",
                    &[
                        text("ToewijzingNummer"),
                        text("ReferentieAanbieder"),
                        PRODUCT,
                        text("Toewijzingsdatum"),
                        text("Toewijzingstijd"),
                        text("Ingangsdatum"),
                        text("Einddatum"),
                        text("RedenWijziging"),
                        SIZE,
                        presence("Budget"),
                    ],
                )],
            ),
        ],
    ),
];

/// The assignments that a client's element holds.
pub(crate) fn drafts(client: &Element, envelope: &Envelope) -> Vec<Draft> {
    let assignments = rows(client.find("ToegewezenProducten"), "ToegewezenProduct");
    assignments.map(|(position, assignment)| draft(position, assignment, envelope)).collect()
}

fn draft(position: usize, assignment: &Element, envelope: &Envelope) -> Draft {
    let number = assignment.integer("ToewijzingNummer");
    let day = assignment.collapsed("Toewijzingsdatum").unwrap_or_default();
    let time = assignment.collapsed("Toewijzingstijd").unwrap_or_default();
    let record = match moment(&day, &time) {
        None => Err(Code::MomentInvalid),
        Some(moment) => {
            let mut texts = envelope.texts();
            texts.set("number", number.clone());
            texts.set("state", Some(state(assignment)));
            texts.product(assignment);
            texts.size(assignment);
            texts.set("start", assignment.collapsed("Ingangsdatum"));
            texts.set("end", assignment.collapsed("Einddatum"));
            texts.set("change-reason", assignment.string("RedenWijziging"));
            texts.set("assigned", Some(moment.text()));
            texts.set("request", assignment.string("ReferentieAanbieder"));
            Ok((texts.into_values(), Version::at(VersionKind::Assigned, moment, &format!("{day}T{time}"))))
        }
    };
    Draft { position, handle: number.filter(|number| !number.is_empty()), record, referrer: None }
}

/// What became of the assignment. Equal dates with reason 13 delete it (OP033x1), and with the withdrawn reason 01 it
/// is not current either (CS336); with any other reason it is an assignment of one day.
fn state(assignment: &Element) -> &'static str {
    let end = assignment.collapsed("Einddatum");
    let one_day = end.is_some() && end == assignment.collapsed("Ingangsdatum");
    match assignment.string("RedenWijziging").as_deref() {
        Some("13" | "01") if one_day => "deleted",
        Some("05") => "shortened",
        _ => "sent",
    }
}

/// The moment that a date and a Dutch local time say (`LDT_Tijd`: fractions of a second are allowed).
fn moment(day: &str, time: &str) -> Option<Moment> {
    let day: Date = date(day).ok()?;
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let shaped = whole.len() == 8
        && whole.bytes().enumerate().all(|(at, byte)| match at {
            2 | 5 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    let fractional = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !shaped || !fractional {
        return None;
    }
    let number = |from: usize| whole.get(from..from + 2)?.parse().ok();
    // More than nine decimals are finer than a version can tell apart.
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let time = NaiveTime::from_hms_nano_opt(number(0)?, number(3)?, number(6)?, nanoseconds)?;
    Some(local_moment(day.and_time(time)))
}

#[cfg(test)]
mod tests;
