//! The answers of the care teams to requests of providers (319): how they are drawn, and their rows.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::law::Law;
use crate::mark::Mark;
use crate::messages::Asked;
use crate::messages::history::{after, back};
use crate::options::Options;
use crate::person::provider;
use crate::random::Random;
use crate::rows::Fields;

/// Reasons for which a request is rejected (REFERENCE 4.7), without the residence principle.
const REASONS: &[&str] = &["2", "4", "7", "9"];
/// The residence principle: another municipality is responsible. Only on a 315 of the Jeugdwet.
const RESIDENCE: &str = "8";

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    UnderInvestigation,
    /// With the code of the reason.
    Rejected(&'static str),
}

/// The one thing that is wrong with a faulty answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    VerdictUnknown,
    ReasonMissing,
    ReasonUnknown,
    ProviderInvalid,
    ProviderMissing,
}

impl Fault {
    const ALL: [Self; 5] =
        [Self::VerdictUnknown, Self::ReasonMissing, Self::ReasonUnknown, Self::ProviderInvalid, Self::ProviderMissing];

    /// The code of the rejection that it must become.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::VerdictUnknown => "code-unknown",
            Self::ReasonMissing | Self::ProviderMissing => "value-missing",
            Self::ReasonUnknown => "reason-unknown",
            Self::ProviderInvalid => "provider-invalid",
        }
    }
}

/// One answer: a request can have two, first "under investigation" and later "rejected".
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Its place in the front office, from 1; the id follows from it.
    pub(crate) number: u32,
    pub(crate) about: Asked,
    pub(crate) verdict: Verdict,
    pub(crate) decided: NaiveDate,
    pub(crate) fault: Option<Fault>,
}

impl Answer {
    /// The id in the front office.
    pub(crate) fn id(&self) -> String {
        format!("ANT-{:06}", self.number)
    }

    /// Whether a rejection may still follow.
    pub(crate) fn is_open(&self) -> bool {
        self.fault.is_none() && self.verdict == Verdict::UnderInvestigation && !self.about.honoured
    }

    /// The rejection that follows upon this answer.
    pub(crate) fn rejected(&self, random: &mut Random, decided: NaiveDate) -> Self {
        Self { number: 0, verdict: Verdict::Rejected(random.pick(REASONS)), decided, ..self.clone() }
    }

    /// Another reason than the one that was given, where it can be exchanged for another one.
    pub(crate) fn other_reason(&self) -> Option<&'static str> {
        let Verdict::Rejected(reason) = self.verdict else { return None };
        let place = REASONS.iter().position(|known| *known == reason).filter(|_| self.fault.is_none())?;
        Some(REASONS[(place + 1) % REASONS.len()])
    }

    /// Its row, full of what must not pass.
    pub(crate) fn row(&self, options: &Options) -> Fields {
        let mark = &options.mark;
        let mut fields = Fields::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("id", self.id().into());
        put("referentie", self.about.reference.clone().into());
        put("wet", self.about.law.name().into());
        match self.fault {
            Some(Fault::ProviderMissing) => {}
            Some(Fault::ProviderInvalid) => {
                put("aanbieder_agb", provider(self.about.provider)[1..].into());
            }
            _ => {
                put("aanbieder_agb", provider(self.about.provider).into());
            }
        }
        put("aanbieder_naam", format!("Zorggroep {}", self.about.provider + 1).into());
        put("soort_verzoek", if self.about.change { "wijziging" } else { "toewijzing" }.into());
        let (verdict, reason) = match self.verdict {
            Verdict::UnderInvestigation => ("in onderzoek", None),
            Verdict::Rejected(reason) => ("afgewezen", Some(reason)),
        };
        put("antwoord", if self.fault == Some(Fault::VerdictUnknown) { "toegekend" } else { verdict }.into());
        put(
            "reden",
            match self.fault {
                Some(Fault::ReasonMissing) => Value::Null,
                Some(Fault::ReasonUnknown) => "12".into(),
                _ => reason.into(),
            },
        );
        if reason == Some(RESIDENCE) {
            put("gemeente", options.other_municipality.clone().into());
        }
        put("besloten_op", self.decided.to_string().into());
        put("versie", 1.into());
        put("toelichting", mark.on("Moeder kan de zorg zelf dragen").into());
        put("client", client(mark));
        put("bedrag", mark.number.into());
        put("budget", json!({"bedrag": mark.on("7400.00 EUR"), "opmerking": mark.on("per jaar")}));
        fields
    }
}

fn client(mark: &Mark) -> Value {
    json!({"naam": mark.on("Jansen"), "geboortedatum": mark.on("1912-10-31"), "telefoon": mark.on("06 00 00 00 00")})
}

/// What is answered to a request now, if anything: an answer, and sometimes the rejection that followed upon it.
pub(crate) fn draw(random: &mut Random, asked: &Asked, today: NaiveDate) -> Vec<Answer> {
    let decided = after(asked.dated, random.between(1, 5)).min(today);
    let answer = |verdict| Answer { number: 0, about: asked.clone(), verdict, decided, fault: None };
    let (answered, wait, residence) = (random.chance(70), random.chance(50), random.chance(25));
    let reason = if residence && asked.law == Law::Jw && !asked.change { RESIDENCE } else { random.pick(REASONS) };
    match (answered, asked.honoured) {
        (false, _) => Vec::new(),
        // What was honoured later may have been under investigation first, and nothing else.
        (true, true) => vec![answer(Verdict::UnderInvestigation)],
        (true, false) if wait => {
            let first = answer(Verdict::UnderInvestigation);
            let later = after(decided, random.between(7, 40));
            let second = (later < today).then(|| first.rejected(random, later));
            std::iter::once(first).chain(second).collect()
        }
        (true, false) => vec![answer(Verdict::Rejected(reason))],
    }
}

/// The faulty answers, each to a request of its own that nobody made.
pub(crate) fn faulty(random: &mut Random, today: NaiveDate) -> Vec<Answer> {
    let mut answers = Vec::new();
    for fault in Fault::ALL {
        for _ in 0..2 + random.below(2) {
            let about = Asked {
                reference: format!("Vf-{:06}-b{}", answers.len() + 1, random.below(1_000)),
                law: random.pick(&Law::ALL),
                provider: random.below(crate::person::PROVIDERS),
                change: false,
                honoured: false,
                dated: back(today, 30),
            };
            let decided = back(today, random.between(2, 29));
            let verdict = Verdict::Rejected(random.pick(REASONS));
            answers.push(Answer { number: 0, about, verdict, decided, fault: Some(fault) });
        }
    }
    answers
}
