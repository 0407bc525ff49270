use crate::testing::{native, natives, problems, try_read, wmo};
use schakel_api::code::Code;
use schakel_api::model::Stream;

fn requested(reference: &str) -> String {
    format!(
        "<m:AangevraagdProduct><m:ReferentieAanbieder>{reference}</m:ReferentieAanbieder>\
         <m:BeschikkingIngangsdatum>2025-01-01</m:BeschikkingIngangsdatum>\
         <m:ToewijzingIngangsdatum>2025-06-01</m:ToewijzingIngangsdatum><m:Budget>5</m:Budget>\
         <m:Verwijzer><b:Type>02</b:Type><b:Naam>Jansen</b:Naam></m:Verwijzer></m:AangevraagdProduct>"
    )
}

#[test]
fn each_product_of_a_315_is_a_request_of_its_own() {
    let products = [requested("R1"), requested("R2")].concat();
    let natives = natives(&wmo(315, &format!("<m:AangevraagdeProducten>{products}</m:AangevraagdeProducten>")));
    assert_eq!(natives.len(), 2);
    assert_eq!(natives[1].key, "iwmo-444-42420001-A 1/2");
    assert_eq!(natives[1].handle.as_deref(), Some("R2"));
    let texts: Vec<_> = natives[1].values.iter().map(|(name, text)| format!("{name}={text}")).collect();
    assert_eq!(
        texts,
        [
            "bsn=999900006",
            "kind=new",
            "law=wmo",
            "provider=agb:42420001",
            "reference=R2",
            "parts[].kind=new",
            "parts[].size.limit=amount",
            "parts[].start=2025-06-01",
        ]
    );
    assert_eq!(problems(Stream::Request, &natives[1].values), []);
}

#[test]
fn a_reference_with_a_bsn_in_it_is_no_handle() {
    let product = requested("bsn 999900018");
    let native = native(&wmo(315, &format!("<m:AangevraagdeProducten>{product}</m:AangevraagdeProducten>")));
    assert_eq!(native.handle.as_deref(), Some("file.xml"));
}

#[test]
fn a_317_is_one_request_with_its_parts_in_order() {
    let native = native(&wmo(
        317,
        "<m:Verzoek><m:ReferentieAanbieder>9003</m:ReferentieAanbieder><m:RedenVerzoek>2</m:RedenVerzoek>\
         <m:OngewijzigdeProducten><m:OngewijzigdProduct><m:ToewijzingNummer>07</m:ToewijzingNummer></m:OngewijzigdProduct>\
         <m:OngewijzigdProduct><m:ToewijzingNummer>8</m:ToewijzingNummer></m:OngewijzigdProduct></m:OngewijzigdeProducten>\
         <m:TeWijzigenProducten><m:TeWijzigenProduct><m:ToewijzingNummer>9</m:ToewijzingNummer>\
         <m:GewensteIngangsdatum>2025-06-01</m:GewensteIngangsdatum></m:TeWijzigenProduct></m:TeWijzigenProducten></m:Verzoek>",
    ));
    let parts: Vec<_> =
        native.values.parts().iter().map(|part| (part["kind"].as_str(), part["assignment"].as_str())).collect();
    assert_eq!(parts, [("unchanged", "7"), ("unchanged", "8"), ("change", "9")]);
    assert_eq!(native.values.get("reason"), Some("2"));
    assert_eq!(problems(Stream::Request, &native.values), []);
}

#[test]
fn a_message_without_a_record_is_a_defect_of_the_file() {
    assert_eq!(try_read(wmo(317, "").as_bytes()), Err(Code::ValueMissing));
    assert_eq!(try_read(wmo(315, "<m:AangevraagdeProducten/>").as_bytes()), Err(Code::ValueMissing));
}
