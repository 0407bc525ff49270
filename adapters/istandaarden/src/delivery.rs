//! 305 and 307: that deliveries began and stopped.

use crate::envelope::{Draft, Envelope, HEADER, rows};
use crate::texts::{PRODUCT, Texts};
use crate::xml::{Element, Shape, group, many, text};
use schakel_api::code::Code;

/// What is read of a 305.
pub(crate) const START: &[Shape] = &[
    HEADER,
    group(
        "Client",
        &[
            text("Bsn"),
            group(
                "StartProducten",
                &[many(
                    "StartProduct",
                    &[
                        text("ToewijzingNummer"),
                        PRODUCT,
                        text("ToewijzingIngangsdatum"),
                        text("Begindatum"),
                        text("StatusAanlevering"),
                    ],
                )],
            ),
        ],
    ),
];

/// What is read of a 307.
pub(crate) const STOP: &[Shape] = &[
    HEADER,
    group(
        "Client",
        &[
            text("Bsn"),
            group(
                "StopProducten",
                &[many(
                    "StopProduct",
                    &[
                        text("ToewijzingNummer"),
                        PRODUCT,
                        text("ToewijzingIngangsdatum"),
                        text("Begindatum"),
                        text("RedenBeeindiging"),
                        text("Einddatum"),
                        text("StatusAanlevering"),
                    ],
                )],
            ),
        ],
    ),
];

/// The starts that a client's element holds, deletions first.
pub(crate) fn starts(client: &Element, envelope: &Envelope) -> Vec<Draft> {
    let starts = rows(client.find("StartProducten"), "StartProduct");
    deletions_first(starts.map(|(position, start)| draft(position, start, envelope, |_| {})))
}

/// The stops that a client's element holds, deletions first.
pub(crate) fn stops(client: &Element, envelope: &Envelope) -> Vec<Draft> {
    let stops = rows(client.find("StopProducten"), "StopProduct");
    deletions_first(stops.map(|(position, stop)| {
        draft(position, stop, envelope, |texts| {
            texts.set("reason", stop.string("RedenBeeindiging"));
            texts.set("end", stop.collapsed("Einddatum"));
        })
    }))
}

/// A correction is a deletion and a new delivery, in one message or two: the deletion comes first (IV008).
fn deletions_first(drafts: impl Iterator<Item = Draft>) -> Vec<Draft> {
    let deletes = |draft: &Draft| draft.record.as_ref().is_ok_and(|(values, _)| values.get("state") == Some("deleted"));
    let (mut deletions, others): (Vec<_>, Vec<_>) = drafts.partition(deletes);
    deletions.extend(others);
    deletions
}

fn draft(position: usize, delivery: &Element, envelope: &Envelope, more: impl FnOnce(&mut Texts)) -> Draft {
    let number = delivery.integer("ToewijzingNummer");
    // The schema knows 2 and 9 too, and the rules bar them (OP033x2, CS058).
    let state = match delivery.string("StatusAanlevering").as_deref() {
        Some("1") => Ok("delivered"),
        Some("3") => Ok("deleted"),
        _ => Err(Code::StateUnknown),
    };
    let record = state.map(|state| {
        let mut texts = envelope.texts();
        texts.set("assignment", number.clone());
        texts.product(delivery);
        texts.set("assignment-start", delivery.collapsed("ToewijzingIngangsdatum"));
        texts.set("start", delivery.collapsed("Begindatum"));
        texts.set("state", Some(state));
        more(&mut texts);
        (texts.into_values(), envelope.sent.clone())
    });
    Draft { position, handle: number.filter(|number| !number.is_empty()), record, referrer: None }
}

#[cfg(test)]
mod tests;
