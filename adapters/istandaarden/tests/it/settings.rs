use crate::folder::{open, source};
use schakel_api::contract::Adapter;
use schakel_api::mapping::Projection;
use schakel_api::model::Stream;
use schakel_istandaarden::Istandaarden;

#[test]
fn a_directory_that_is_not_there_is_pointed_at() {
    let base = tempfile::tempdir().unwrap();
    let settings = "directory = \"berichten\"";
    let errors = open(settings, base.path()).err().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(&settings[errors[0].span.clone()], "\"berichten\"");
    std::fs::write(base.path().join("berichten"), "").unwrap();
    assert!(open(settings, base.path()).is_err(), "a file is no directory");
}

#[test]
fn a_directory_is_relative_to_the_settings_file() {
    let base = tempfile::tempdir().unwrap();
    std::fs::create_dir(base.path().join("berichten")).unwrap();
    assert!(open("directory = \"berichten\"", base.path()).is_ok());
}

#[test]
fn a_misspelt_setting_is_pointed_at() {
    let errors = open("directory = \".\"\ndirectroy = \".\"", &std::env::temp_dir()).err().unwrap();
    assert_eq!(errors[0].message, "no such setting: `directroy`");
}

#[test]
fn a_flow_has_no_settings_and_no_mapping() {
    let base = tempfile::tempdir().unwrap();
    let system = open("directory = \".\"", base.path()).unwrap();
    assert!(source(system.as_ref(), Stream::Start, "").is_ok());
    assert!(source(system.as_ref(), Stream::Start, "path = \"/\"").is_err());
    for stream in Stream::ALL {
        let held = [Stream::Assignment, Stream::Request, Stream::Start, Stream::Stop].contains(&stream);
        assert_eq!(source(system.as_ref(), stream, "").is_ok(), held, "{}", stream.as_str());
    }
    let section = schakel_api::contract::Section::new(toml::de::DeTable::parse("").unwrap());
    let errors = system.source(Stream::Start, &section, Some(Projection::new(Vec::new()))).err().unwrap();
    assert_eq!(errors[0].message, "messages need no mapping");
}

#[test]
fn there_is_a_source_and_no_target() {
    let schemas = Istandaarden.schemas();
    assert!(schemas.source.is_some() && schemas.target.is_none());
    let directory = &schemas.system.as_value()["properties"]["directory"];
    assert_eq!(directory["type"], "string");
    assert!(directory["description"].is_string());
}
