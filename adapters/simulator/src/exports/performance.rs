//! How providers do: scores by product group and indicator, quarter by quarter.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Value, json};

use super::{Export, Fate, day_number, month};
use crate::law::Law;
use crate::mark::Mark;
use crate::messages::history::back;
use crate::person::{PROVIDERS, provider};
use crate::random::Random;

/// The number of quarters that the first exports are about.
const QUARTERS: u32 = 2;

/// Product groups by law.
const GROUPS: &[(Law, &str)] =
    &[(Law::Wmo, "huishoudelijke-hulp"), (Law::Wmo, "begeleiding"), (Law::Jw, "jeugd-ambulant")];

/// Indicators, with their scale and its largest value.
const INDICATORS: &[(&str, &str, u32)] =
    &[("clienttevredenheid", "1-10", 10), ("voortijdig-beëindigd", "percentage", 100)];

/// The one thing that is wrong with a faulty line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    ProviderInvalid,
    GroupMissing,
    IndicatorInSentence,
    ScoreInWords,
    ImpossibleDate,
    EndBeforeStart,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::ProviderInvalid,
        Self::GroupMissing,
        Self::IndicatorInSentence,
        Self::ScoreInWords,
        Self::ImpossibleDate,
        Self::EndBeforeStart,
    ];

    /// The code of the rejection that it must become.
    const fn code(self) -> &'static str {
        match self {
            Self::ProviderInvalid => "provider-invalid",
            Self::GroupMissing => "value-missing",
            Self::IndicatorInSentence | Self::ScoreInWords => "value-invalid",
            Self::ImpossibleDate => "date-invalid",
            Self::EndBeforeStart => "end-before-start",
        }
    }
}

/// One line as an object, without its number.
type Line = (Value, Fate);

/// The exports up to the first day.
pub(crate) fn first(random: &Random, mark: &Mark, today: NaiveDate) -> Vec<Export> {
    (1..=QUARTERS)
        .rev()
        .map(|before| {
            let quarter = quarter(today, before);
            let mut lines = scores(random, mark, quarter, 0, PROVIDERS);
            if before == 1 {
                lines.extend(Law::ALL.into_iter().flat_map(|law| faulty(random, mark, law, quarter)));
            }
            let written = (quarter.1 + Days::new(10)).min(back(today, 1));
            export(format!("prestaties-{written}.jsonl"), quarter.1, lines)
        })
        .collect()
}

/// Scores of the last quarter once more, of some providers, with the answers that came in since.
pub(crate) fn next(random: &Random, mark: &Mark, today: NaiveDate, step: u32) -> Export {
    let quarter = quarter(today, 1);
    export(format!("prestaties-{today}-{step:02}.jsonl"), quarter.1, scores(random, mark, quarter, step, 3))
}

/// The first and the last day of the quarter that lies so many quarters before the one of `day`.
fn quarter(day: NaiveDate, before: u32) -> (NaiveDate, NaiveDate) {
    let (first, _) = month(day, day.month0() % 3 + 3 * before);
    (first, first + Months::new(3) - Days::new(1))
}

fn scores(random: &Random, mark: &Mark, quarter: (NaiveDate, NaiveDate), step: u32, providers: u32) -> Vec<Line> {
    let mut lines = Vec::new();
    for provider in 0..providers {
        let (law, group) = GROUPS[provider as usize % GROUPS.len()];
        for (indicator, scale, most) in INDICATORS {
            let mut random = random.fork("score", provider).fork(indicator, day_number(quarter.1).unsigned_abs());
            // Some of fewer than ten, which must not be told.
            let observations = random.between(2, 40) + step;
            let tenths = random.between(most * 5, most * 10 - 5) + step % 5;
            let line = score(mark, law, provider, (group, indicator, scale), quarter, (tenths, observations));
            lines.push((line, Fate::Passes));
        }
    }
    lines
}

fn score(
    mark: &Mark,
    law: Law,
    number: u32,
    (group, indicator, scale): (&str, &str, &str),
    (first, last): (NaiveDate, NaiveDate),
    (tenths, observations): (u32, u32),
) -> Value {
    json!({
        "wet": law.name(),
        "aanbieder": {"agb": provider(number), "naam": mark.on("Zorggroep")},
        "productgroep": group,
        "indicator": indicator,
        "periode": {"van": first.to_string(), "tot": last.to_string()},
        "score": f64::from(tenths) / 10.0,
        "schaal": scale,
        "waarnemingen": observations,
        "toelichting": mark.on("Eén cliënt noemt de begeleider \"kil\"\nen vertrekt"),
        "boete": mark.number,
    })
}

/// Faulty lines, one of each kind.
fn faulty(random: &Random, mark: &Mark, law: Law, quarter: (NaiveDate, NaiveDate)) -> Vec<Line> {
    let faults = Fault::ALL.into_iter().zip(0..);
    faults
        .map(|(fault, place)| {
            let observations = random.fork("faulty", place).between(10, 40);
            let names = ("in-te-kopen", "doorlooptijd", "1-10");
            let mut line = score(mark, law, place, names, quarter, (75, observations));
            match fault {
                Fault::ProviderInvalid => line["aanbieder"]["agb"] = "2420001".into(),
                Fault::GroupMissing => line["productgroep"] = "".into(),
                Fault::IndicatorInSentence => line["indicator"] = "hoe tevreden men was".into(),
                Fault::ScoreInWords => line["score"] = "ruim voldoende".into(),
                Fault::ImpossibleDate => line["periode"]["van"] = format!("{}-02-30", quarter.0.year()).into(),
                Fault::EndBeforeStart => line["periode"]["tot"] = back(quarter.0, 1).to_string().into(),
            }
            (line, Fate::Rejected(fault.code()))
        })
        .collect()
}

fn export(name: String, last: NaiveDate, lines: Vec<Line>) -> Export {
    let mut text = String::new();
    let mut fates = Vec::with_capacity(lines.len());
    for ((mut line, fate), place) in lines.into_iter().zip(1..) {
        let number = format!("PR-{:04}-{place:03}", day_number(last));
        line["regelnummer"] = number.clone().into();
        text.push_str(&line.to_string());
        text.push('\n');
        fates.push((number, fate));
    }
    Export { stream: "performance", name, bytes: text.into_bytes(), fates }
}
