#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::code::Code;
use proptest::prelude::*;

/// Reads a text of the grammar, and checks that the canonical text is of the grammar and reads back as the same value.
fn returns<T: Scalar + PartialEq + std::fmt::Debug>(text: &str, law: Law) -> Result<(), TestCaseError> {
    if let Ok(value) = T::parse(text, Some(law)) {
        let canonical = value.text();
        prop_assert!(T::GRAMMAR.accepts(&canonical), "{:?} is against the grammar", canonical);
        prop_assert_eq!(T::parse(&canonical, Some(law)), Ok(value));
    }
    Ok(())
}

/// Texts that some scalar or other may take, and texts that none may.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,12}",
        "[ -~é]{0,70}",
        "(agb|kvk|vestiging|local|isbn):[0-9A-Za-z.-]{0,22}",
        "[12][0-9]{3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,9})?(Z|\\+0[0-3]:00))?",
        proptest::sample::select(
            &["wmo", "jeugdwet", "zin", "pgb", "in-force", "deleted", "received", "assigned", "sent", "refused"][..]
        )
        .prop_map(str::to_owned),
        proptest::sample::select(
            &["shortened", "delivered", "new", "change", "unchanged", "per-four-weeks", "per-year", "83"][..]
        )
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn every_canonical_text_reads_back_as_the_same_value(text in any_text(), wmo in any::<bool>()) {
        let law = if wmo { Law::Wmo } else { Law::Jeugdwet };
        returns::<AssignmentNumber>(&text, law)?;
        returns::<AssignmentState>(&text, law)?;
        returns::<Bsn>(&text, law)?;
        returns::<Category>(&text, law)?;
        returns::<ChangeReason>(&text, law)?;
        returns::<Date>(&text, law)?;
        returns::<Delivery>(&text, law)?;
        returns::<DeliveryForm>(&text, law)?;
        returns::<Frequency>(&text, law)?;
        returns::<Id>(&text, law)?;
        returns::<IndicationState>(&text, law)?;
        returns::<Law>(&text, law)?;
        returns::<Moment>(&text, law)?;
        returns::<PartKind>(&text, law)?;
        returns::<ProductCode>(&text, law)?;
        returns::<Provider>(&text, law)?;
        returns::<Reference>(&text, law)?;
        returns::<RequestKind>(&text, law)?;
        returns::<RequestReason>(&text, law)?;
        returns::<StopReason>(&text, law)?;
        returns::<Unit>(&text, law)?;
    }

    #[test]
    fn moments_sort_as_their_versions(
        one in 0_i64..253_402_300_799, other in 0_i64..253_402_300_799, nanos in 0_u32..1_000_000_000,
    ) {
        let [one, other] = [(one, 0), (other, nanos)].map(|(at, nanos)| chrono::DateTime::from_timestamp(at, nanos).unwrap());
        let [first, second] = [one, other].map(|moment| Version::at(VersionKind::Changed, moment, ""));
        prop_assert_eq!(first.text().cmp(second.text()), one.cmp(&other));
    }

    #[test]
    fn counters_sort_as_their_versions(one in any::<u64>(), other in any::<u64>()) {
        prop_assert_eq!(Version::counter(one).text().cmp(Version::counter(other).text()), one.cmp(&other));
        prop_assert_eq!(Version::observed(one, 1).text().cmp(Version::observed(other, 0).text()), (one, 1).cmp(&(other, 0)));
    }

    #[test]
    fn assignment_numbers_compare_as_integers(number in 0_u32..1_000_000_000, zeros in 0_usize..8) {
        let padded = format!("{}{number}", "0".repeat(zeros));
        prop_assert_eq!(AssignmentNumber::parse(&padded, None), AssignmentNumber::parse(&number.to_string(), None));
    }
}

#[test]
fn a_version_keeps_how_the_source_wrote_it_and_is_told_apart_by_more_than_seconds() {
    let early = moment("2026-01-02T10:00:00+01:00").unwrap();
    let version = Version::at(VersionKind::Assigned, early, "20260102100000");
    assert_eq!((version.text(), version.raw()), ("2026-01-02T09:00:00.000000000Z", "20260102100000"));
    let later = Version::at(VersionKind::Assigned, moment("2026-01-02T09:00:00.000000001Z").unwrap(), "");
    assert!(version.text() < later.text());
    assert!(Version::counter(9).text() < Version::counter(10).text());
    assert!(Version::observed(1, 9).text() < Version::observed(1, 10).text());
}

#[test]
fn an_assignment_number_may_have_leading_zeros_and_letters() {
    let text = |text| AssignmentNumber::parse(text, None).map(|number| number.text());
    assert_eq!(text("000300201"), Ok("300201".to_owned()));
    assert_eq!(text("000"), Ok("0".to_owned()));
    assert_eq!(text("00TW-7"), Ok("00TW-7".to_owned()));
    assert_eq!(text("300 201"), Err(Code::ValueInvalid));
    assert_eq!(text(&"1".repeat(37)), Err(Code::ValueInvalid));
}

#[test]
fn a_provider_fits_its_scheme() {
    for text in ["agb:12345678", "kvk:00000001", "vestiging:000012345678", "local:A.b-9", "local:12345678901234567890"]
    {
        assert!(Provider::parse(text, None).is_ok(), "{text}");
    }
    let wrong =
        ["12345678", "agb:1234567", "agb:123456789", "kvk:1234567a", "vestiging:12345678", "local:", "local:a b"];
    for text in
        wrong.into_iter().chain(["local:123456789012345678901", "isbn:12345678", "AGB:12345678", "agb: 12345678"])
    {
        assert_eq!(Provider::parse(text, None), Err(Code::ProviderInvalid), "{text}");
    }
}

#[test]
fn a_municipality_has_its_code_on_its_days_only() {
    let day = |text| date(text).ok();
    let old = Municipality::new("0370", None, day("2021-12-31")).unwrap();
    let new = Municipality::new("0439", day("2022-01-01"), None).unwrap();
    assert!(old.is("0370", date("2021-12-31").unwrap()) && !old.is("0370", date("2022-01-01").unwrap()));
    assert!(new.is("0439", date("2022-01-01").unwrap()) && !new.is("0439", date("2021-12-31").unwrap()));
    assert!(!new.is("0370", date("2022-01-01").unwrap()));
    for code in ["384", "03840", "038A", ""] {
        assert_eq!(Municipality::new(code, None, None), None, "{code}");
    }
    assert_eq!(Municipality::new("0384", day("2022-01-02"), day("2022-01-01")), None);
    assert!(Municipality::new("0384", day("2022-01-01"), day("2022-01-01")).is_some());
}

#[test]
fn each_law_has_its_own_categories() {
    let listed = |law, number: u8| Category::new(law, &format!("{number:02}")).is_ok();
    for number in 0..100 {
        assert_eq!(listed(Law::Wmo, number), (1..=18).contains(&number), "{number}");
        assert_eq!(
            listed(Law::Jeugdwet, number),
            (31..=38).contains(&number) || (40..=55).contains(&number),
            "{number}"
        );
    }
    for text in ["1", "001", "+1", " 2", ""] {
        assert_eq!(Category::new(Law::Wmo, text), Err(Code::CategoryUnknown), "{text}");
    }
    assert_eq!(Category::parse("02", None), Err(Code::LawUnknown));
}

#[test]
fn each_law_has_its_own_stop_reasons() {
    use StopMeaning as Is;
    let both = [(2, Is::Death), (20, Is::Temporary), (36, Is::ByMunicipality), (37, Is::ChangeRequest)];
    let both = both.into_iter().chain([(38, Is::OtherProvider), (39, Is::OtherDomain)]);
    let wmo = [(19, Is::Completed), (21, Is::ByClient), (22, Is::ByProvider), (23, Is::ByAgreement), (31, Is::Moved)];
    let youth =
        [(31, Is::Completed), (32, Is::ByClient), (33, Is::ByProvider), (34, Is::ByAgreement), (35, Is::ExternalCause)];
    for (law, own) in [(Law::Wmo, wmo), (Law::Jeugdwet, youth)] {
        let list: Vec<(u8, StopMeaning)> = both.clone().chain(own).collect();
        for number in 0..100 {
            let listed = list.iter().find(|(code, _)| *code == number).map(|(_, meaning)| *meaning);
            let found = StopReason::new(law, &format!("{number:02}")).map(|reason| reason.meaning());
            assert_eq!(found, listed.ok_or(Code::ReasonUnknown), "{number} in {law:?}");
        }
    }
    assert_eq!(StopReason::new(Law::Wmo, "2"), Err(Code::ReasonUnknown));
    assert_eq!(StopReason::parse("31", None), Err(Code::LawUnknown));
}

#[test]
fn change_reasons_are_01_to_14() {
    for number in 0..100 {
        assert_eq!(ChangeReason::parse(&format!("{number:02}"), None).is_ok(), (1..=14).contains(&number), "{number}");
    }
    for text in ["5", "+5", "005", ""] {
        assert_eq!(ChangeReason::parse(text, None), Err(Code::ReasonUnknown), "{text}");
    }
}

#[test]
fn a_product_code_and_a_reference_are_not_blank_and_not_too_long() {
    for text in ["02A03", "é", " A ", "漢字"] {
        assert!(ProductCode::parse(text, None).is_ok(), "{text}");
    }
    for text in ["", "     ", "123456", "a\nb"] {
        assert_eq!(ProductCode::parse(text, None), Err(Code::ValueInvalid), "{text:?}");
    }
    assert!(Reference::parse(&"é".repeat(36), None).is_ok());
    assert_eq!(Reference::parse(&"a".repeat(37), None), Err(Code::ValueInvalid));
    assert_ne!(Reference::parse("abc", None), Reference::parse("ABC", None));
    assert_eq!(Id::parse("a b", None), Err(Code::ValueInvalid));
}
