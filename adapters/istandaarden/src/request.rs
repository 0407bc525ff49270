//! 315 and 317: what a provider asks for.

use crate::envelope::{Draft, Envelope, HEADER, rows, shown};
use crate::texts::{PRODUCT, SIZE, Texts};
use crate::xml::{Element, Shape, group, many, presence, text};

/// What is read of a 315.
pub(crate) const REQUEST: &[Shape] = &[
    HEADER,
    group(
        "Client",
        &[
            text("Bsn"),
            group(
                "AangevraagdeProducten",
                &[many(
                    "AangevraagdProduct",
                    &[
                        text("ReferentieAanbieder"),
                        PRODUCT,
                        text("ToewijzingIngangsdatum"),
                        text("ToewijzingEinddatum"),
                        SIZE,
                        presence("Budget"),
                        group("Verwijzer", &[text("Type")]),
                    ],
                )],
            ),
        ],
    ),
];

/// What is read of a 317.
pub(crate) const CHANGE: &[Shape] = &[
    HEADER,
    group(
        "Client",
        &[
            text("Bsn"),
            group(
                "Verzoek",
                &[
                    text("ReferentieAanbieder"),
                    text("RedenVerzoek"),
                    group("OngewijzigdeProducten", &[many("OngewijzigdProduct", &[text("ToewijzingNummer")])]),
                    group(
                        "TeWijzigenProducten",
                        &[many(
                            "TeWijzigenProduct",
                            &[
                                text("ToewijzingNummer"),
                                text("GewensteIngangsdatum"),
                                text("Einddatum"),
                                SIZE,
                                presence("Budget"),
                            ],
                        )],
                    ),
                    group(
                        "NieuweProducten",
                        &[many(
                            "NieuwProduct",
                            &[PRODUCT, text("GewensteIngangsdatum"), text("Einddatum"), SIZE, presence("Budget")],
                        )],
                    ),
                ],
            ),
        ],
    ),
];

/// The requests of a 315: each product is one, for each is answered by itself (OP344).
pub(crate) fn requests(client: &Element, envelope: &Envelope) -> Vec<Draft> {
    let products = rows(client.find("AangevraagdeProducten"), "AangevraagdProduct");
    let request = |(position, product): (usize, &Element)| {
        let part = part("new", product, "ToewijzingIngangsdatum", "ToewijzingEinddatum");
        draft(position, product, "new", vec![part], envelope)
    };
    products.map(request).collect()
}

/// The one request of a 317, which is answered as a whole (OP344).
pub(crate) fn change(client: &Element, envelope: &Envelope) -> Vec<Draft> {
    let Some(request) = client.find("Verzoek") else { return Vec::new() };
    let groups = [
        ("unchanged", "OngewijzigdeProducten", "OngewijzigdProduct"),
        ("change", "TeWijzigenProducten", "TeWijzigenProduct"),
        ("new", "NieuweProducten", "NieuwProduct"),
    ];
    let parts = groups.into_iter().flat_map(|(kind, group, name)| {
        rows(request.find(group), name)
            .map(move |(_, product)| part(kind, product, "GewensteIngangsdatum", "Einddatum"))
    });
    vec![draft(1, request, "change", parts.collect(), envelope)]
}

/// One product or assignment within a request. What its shape does not name is not there, and stays absent.
fn part(kind: &str, product: &Element, start: &str, end: &str) -> Texts {
    let mut texts = Texts::default();
    texts.set("kind", Some(kind));
    texts.set("assignment", product.integer("ToewijzingNummer"));
    texts.product(product);
    texts.size(product);
    texts.set("start", product.collapsed(start));
    texts.set("end", product.collapsed(end));
    texts
}

fn draft(position: usize, request: &Element, kind: &str, parts: Vec<Texts>, envelope: &Envelope) -> Draft {
    let reference = request.string("ReferentieAanbieder");
    let handle = reference.as_deref().and_then(shown);
    let mut texts = envelope.texts();
    texts.set("reference", reference);
    texts.set("kind", Some(kind));
    texts.set("reason", request.string("RedenVerzoek"));
    let mut values = texts.into_values();
    for part in parts {
        values.push_part(part.into_part());
    }
    Draft { position, handle, record: Ok((values, envelope.sent.clone())), referrer: request.string("Verwijzer/Type") }
}

#[cfg(test)]
mod tests;
