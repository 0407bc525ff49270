//! One message: its header, whose business it is, and the items that it holds.

use crate::envelope::{Draft, Envelope, shown};
use crate::kind::{Form, MessageKind};
use crate::xml::Document;
use crate::{assignment, delivery, request};
use chrono::NaiveTime;
use schakel_api::code::Code;
use schakel_api::contract::{Item, Native};
use schakel_api::value::{Law, Municipality, Scalar, Version, VersionKind, date, local_moment};
use std::io::BufRead;

/// Whose messages they should be.
#[derive(Debug)]
pub(crate) struct Link {
    /// The codes of the link's municipality.
    pub(crate) municipalities: Vec<Municipality>,
    /// The laws that the link handles.
    pub(crate) laws: Vec<Law>,
}

/// A file of which nothing can be said but what is wrong with it.
pub(crate) fn defect(file: &str, code: Code) -> Item {
    Item::Defect { key: file.to_owned(), handle: shown(file), code }
}

/// Reads the items of a message.
///
/// # Errors
/// What is wrong with the file as a whole: it is not well-formed, or has no usable header or no record.
pub(crate) fn read<R: BufRead>(
    document: Document<R>,
    kind: MessageKind,
    file: &str,
    link: &Link,
) -> Result<Vec<Item>, Code> {
    if !link.laws.contains(&kind.law) {
        return Ok(vec![Item::Skipped]);
    }
    let shapes = match kind.form {
        Form::Assignment => assignment::SHAPES,
        Form::Start => delivery::START,
        Form::Stop => delivery::STOP,
        Form::Request => request::REQUEST,
        Form::Change => request::CHANGE,
    };
    let message = document.read(&kind.base_namespace(), shapes)?;
    let header = message.find("Header").ok_or(Code::ValueMissing)?;
    let needed = |text: Option<String>| text.filter(|text| !text.trim().is_empty()).ok_or(Code::ValueMissing);
    let sender = needed(header.string("Afzender"))?;
    let receiver = needed(header.string("Ontvanger"))?;
    let identification = needed(header.string("BerichtIdentificatie/Identificatie"))?;
    let dated = needed(header.collapsed("BerichtIdentificatie/Dagtekening"))?;

    let (municipality, provider) = match kind.form {
        Form::Assignment => (&sender, receiver),
        Form::Start | Form::Stop | Form::Request | Form::Change => (&receiver, sender.clone()),
    };
    if !link.municipalities.iter().any(|ours| ours.code() == municipality) {
        return Ok(vec![Item::Skipped]);
    }
    let day = date(&dated)?;
    if !link.municipalities.iter().any(|ours| ours.is(municipality, day)) {
        return Ok(vec![Item::Skipped]);
    }

    let client = message.find("Client").ok_or(Code::ValueMissing)?;
    let sent = Version::at(VersionKind::Sent, local_moment(day.and_time(NaiveTime::MIN)), &day.text());
    let envelope = Envelope { law: kind.law, bsn: client.string("Bsn"), provider, sent };
    let drafts = match kind.form {
        Form::Assignment => assignment::drafts(client, &envelope),
        Form::Start => delivery::starts(client, &envelope),
        Form::Stop => delivery::stops(client, &envelope),
        Form::Request => request::requests(client, &envelope),
        Form::Change => request::change(client, &envelope),
    };
    if drafts.is_empty() {
        return Err(Code::ValueMissing);
    }
    // A message is unique by family, code, sender and identification (TR056): a copy of it in another file is the
    // same message.
    let message = format!("{}-{}-{sender}-{identification}", kind.family(), kind.code());
    Ok(drafts.into_iter().map(|draft| item(draft, &message, file)).collect())
}

fn item(draft: Draft, message: &str, file: &str) -> Item {
    let key = format!("{message}/{}", draft.position);
    let handle = draft.handle.or_else(|| shown(file));
    match draft.record {
        Ok((values, version)) => Item::Native(Native { key, handle, values, version, referrer: draft.referrer }),
        Err(code) => Item::Defect { key, handle, code },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::{assigned, items, try_read};

    #[test]
    fn a_message_of_another_municipality_is_skipped_whole() {
        assert_eq!(items(&assigned("").replace("0384", "0363")), [Item::Skipped]);
    }

    #[test]
    fn a_code_counts_on_the_day_of_the_message() {
        assert_eq!(items(&assigned("").replace("2025-04-05", "2019-12-31")), [Item::Skipped]);
        assert!(matches!(items(&assigned("").replace("2025-04-05", "2020-01-01"))[0], Item::Native(_)));
    }

    #[test]
    fn a_law_that_the_link_does_not_handle_is_skipped_unread() {
        let file = assigned("");
        let kind = MessageKind { law: Law::Wmo, form: Form::Assignment };
        let link = Link { municipalities: Vec::new(), laws: vec![Law::Jeugdwet] };
        let half = &file.as_bytes()[..file.len() / 2];
        assert_eq!(read(Document::open(half).unwrap(), kind, "file.xml", &link), Ok(vec![Item::Skipped]));
    }

    #[test]
    fn without_a_usable_header_nothing_can_be_said_of_a_file() {
        let error = |from: &str, to: &str| try_read(assigned("").replace(from, to).as_bytes()).unwrap_err();
        assert_eq!(error("m:Header>", "m:Kop>"), Code::ValueMissing);
        assert_eq!(error("m:Afzender>", "m:Van>"), Code::ValueMissing);
        assert_eq!(error(">A 1<", "> <"), Code::ValueMissing);
        assert_eq!(error("2025-04-05", "2025-04-31"), Code::DateInvalid);
        assert_eq!(error("2025-04-05", "05-04-2025"), Code::DateInvalid);
    }

    #[test]
    fn a_copy_under_another_name_is_the_same_item() {
        let key = |file: &str| match &items(file)[0] {
            Item::Native(native) => native.key.clone(),
            _ => String::new(),
        };
        assert_eq!(key(&assigned("")), "iwmo-414-0384-A 1/1");
        assert_eq!(key(&assigned("<m:Commentaar>anders</m:Commentaar>")), key(&assigned("")));
    }
}
