#![allow(clippy::unwrap_used)]

use crate::testing::{assigned, field, items, try_read, wmo};
use proptest::prelude::*;
use schakel_api::code::Code;
use schakel_api::contract::Item;

fn error(file: &str) -> Code {
    try_read(file.as_bytes()).unwrap_err()
}

/// The assignment's number when it is written like this.
fn number(written: &str) -> Option<String> {
    field(&assigned("").replace(">101<", &format!(">{written}<")), "number")
}

/// The BSN when it is written like this.
fn bsn(written: &str) -> Option<String> {
    field(&assigned("").replace(">999900006<", &format!(">{written}<")), "bsn")
}

#[test]
fn a_value_is_all_character_data_of_its_element() {
    assert_eq!(bsn("<![CDATA[999900006]]>").as_deref(), Some("999900006"));
    assert_eq!(bsn("9999<!-- Jansen -->00006").as_deref(), Some("999900006"));
    assert_eq!(bsn("9999<?nota Jansen?>00006").as_deref(), Some("999900006"));
    assert_eq!(bsn("&#57;99900<![CDATA[00]]>&#x36;").as_deref(), Some("999900006"));
    assert_eq!(bsn("a&amp;b&lt;").as_deref(), Some("a&b<"));
}

#[test]
fn white_space_counts_in_strings_and_not_around_numbers() {
    assert_eq!(bsn(" 999900006").as_deref(), Some(" 999900006"));
    assert_eq!(number("\r\n\t101 ").as_deref(), Some("101"));
    assert_eq!(number("1 01").as_deref(), Some("1 01"));
    assert_eq!(number("\u{a0}101").as_deref(), Some("\u{a0}101"));
}

#[test]
fn a_number_is_an_integer() {
    assert_eq!(number("000101").as_deref(), Some("101"));
    assert_eq!(number("+101").as_deref(), Some("101"));
    assert_eq!(number("000").as_deref(), Some("0"));
    assert_eq!(number("A-101").as_deref(), Some("A-101"));
}

#[test]
fn an_element_is_known_by_namespace_and_not_by_prefix() {
    let file = assigned("");
    let renamed = file.replace("<b:", "<x.1:").replace("</b:", "</x.1:").replace("xmlns:b=", "xmlns:x.1=");
    let renamed = renamed.replace("<m:", "<b:").replace("</m:", "</b:").replace("xmlns:m=", "xmlns:b=");
    assert_eq!(items(&renamed), items(&file));
    let unprefixed = file.replace("xmlns:m=", "xmlns=").replace("<m:", "<").replace("</m:", "</");
    assert_eq!(items(&unprefixed), items(&file));
    let other = file.replace("<m:Bsn>", "<b:Bsn>").replace("</m:Bsn>", "</b:Bsn>");
    assert_eq!(field(&other, "bsn"), None);
}

#[test]
fn attributes_come_in_any_order_and_with_others() {
    let file = assigned("");
    let (before, after) = file.split_once("xmlns:b=").unwrap();
    let (base, rest) = after.split_once(' ').unwrap();
    let (message, rest) = rest.split_once('>').unwrap();
    let turned = format!("{before}extra='1' {message}\n xmlns:b={base}>{rest}");
    assert_eq!(items(&turned), items(&file));
}

#[test]
fn an_element_elsewhere_with_the_same_name_is_another() {
    let stray = "<m:Contactgegevens><m:Contact><m:Periode><b:Einddatum>2031-01-01</b:Einddatum></m:Periode>\
                 <m:Bsn>999900018</m:Bsn></m:Contact></m:Contactgegevens>";
    let file = assigned("<m:Commentaar><m:Einddatum>2032-01-01</m:Einddatum></m:Commentaar>");
    let file = file.replace("<m:ToegewezenProducten>", &format!("{stray}<m:ToegewezenProducten>"));
    assert_eq!(field(&file, "end"), None);
    assert_eq!(field(&file, "bsn").as_deref(), Some("999900006"));
}

#[test]
fn what_can_be_there_once_and_is_there_twice_is_not_read() {
    let file = assigned("");
    assert_eq!(error(&file.replace("</m:Bsn>", "</m:Bsn><m:Bsn>999900018</m:Bsn>")), Code::ValueInvalid);
    assert_eq!(error(&file.replace("</m:Client>", "</m:Client><m:Client/>")), Code::ValueInvalid);
    assert_eq!(error(&file.replace(">999900006<", "><m:Nummer>999900006</m:Nummer><")), Code::ValueInvalid);
}

#[test]
fn a_byte_order_mark_is_tolerated() {
    assert_eq!(items(&format!("\u{feff}{}", assigned(""))), items(&assigned("")));
}

#[test]
fn what_is_not_well_formed_is_not_read() {
    let file = assigned("");
    let broken = [
        String::new(),
        "geen bericht".to_owned(),
        "<?xml version=\"1.0\"?>".to_owned(),
        file[..file.len() / 2].to_owned(),
        file[..file.len() - 1].to_owned(),
        format!("{file}<m:Bericht/>"),
        format!("{file}meer"),
        file.replace("</m:Bsn>", "</m:BSN>"),
        file.replace("<m:Bsn>", "<x:Bsn>").replace("</m:Bsn>", "</x:Bsn>"),
        file.replace("<m:Bsn>", "<m:Bsn a='1' a='2'>"),
        file.replace(">101<", ">&nummer;<"),
        file.replace(">101<", "><!-- a -- b -->101<"),
        file.replace("UTF-8", "ISO-8859-1"),
        file.replace("<m:Client>", &format!("<m:Client>{}", "<m:a>".repeat(100_000))),
    ];
    for (at, file) in broken.iter().enumerate() {
        assert_eq!(error(file), Code::NotWellFormed, "{at}");
    }
    let latin = file.replace("<m:Client>", "<m:Client><m:Commentaar>~</m:Commentaar>");
    let latin: Vec<u8> = latin.bytes().map(|byte| if byte == b'~' { 0xE9 } else { byte }).collect();
    assert_eq!(try_read(&latin), Err(Code::NotWellFormed));
}

#[test]
fn a_doctype_is_refused_before_anything_is_read() {
    let doctype = "<!DOCTYPE m:Bericht [<!ENTITY a \"101\">]><m:Bericht";
    assert_eq!(error(&assigned("").replace("<m:Bericht", doctype)), Code::NotWellFormed);
}

#[test]
fn another_release_is_not_read() {
    assert_eq!(error(&assigned("").replace("/3_2/", "/3_1/")), Code::NotThisRelease);
    assert_eq!(
        error(&assigned("").replace("/iwmo/3_2/wmo301/schema", "/iwmo/2_4/wmo301/schema")),
        Code::NotThisRelease
    );
    assert_eq!(error("<Bericht/>"), Code::NotThisRelease);
}

#[test]
fn a_financial_message_is_not_read_beyond_its_root() {
    assert_eq!(items(&format!("{}<<<", wmo(323, "").split("<m:Header>").next().unwrap())), [Item::Blocked]);
}

/// A message with something of everything that a parser meets.
fn rich() -> String {
    assigned(
        "<m:Einddatum> 2025-12-31 </m:Einddatum><m:Omvang><b:Volume>10</b:Volume><b:Eenheid><![CDATA[04]]></b:Eenheid>\
         <b:Frequentie>&#52;</b:Frequentie></m:Omvang><!-- zie dossier --><?nota a?><m:Commentaar a='b'/>",
    )
}

proptest! {
    #[test]
    fn any_bytes_give_items_or_a_code(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = try_read(&bytes);
    }

    #[test]
    fn any_markup_gives_items_or_a_code(text in "([<>/!?&;'\"= \\[\\]a-c:#x0-9-]|<a|</a>|<!--|-->|<!\\[CDATA\\[|\\]\\]>){0,200}") {
        let _ = try_read(text.as_bytes());
    }

    #[test]
    fn a_cut_message_is_not_well_formed(at in 0_usize..rich().len()) {
        prop_assert_eq!(try_read(&rich().as_bytes()[..at]), Err(Code::NotWellFormed));
    }

    #[test]
    fn a_damaged_message_gives_items_or_a_code(
        damage in proptest::collection::vec((0_usize..rich().len(), any::<u8>()), 1..8),
        swap in (0_usize..rich().len(), 0_usize..rich().len()),
    ) {
        let mut bytes = rich().into_bytes();
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        let _ = try_read(&bytes);
        bytes[swap.0.min(swap.1)..swap.0.max(swap.1)].reverse();
        let _ = try_read(&bytes);
    }
}
