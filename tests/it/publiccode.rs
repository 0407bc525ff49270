//! The description for catalogues of public code has what the standard wants (publiccode.yml 0.4).

use crate::world::repository;

/// What the standard wants of everybody, but for what only a publisher knows.
const WANTED: [&str; 16] = [
    "publiccodeYmlVersion",
    "name",
    "softwareType",
    "developmentStatus",
    "platforms",
    "categories",
    "description/nl/shortDescription",
    "description/nl/longDescription",
    "description/nl/features",
    "description/en/shortDescription",
    "description/en/longDescription",
    "description/en/features",
    "legal/license",
    "maintenance/type",
    "localisation/localisationReady",
    "localisation/availableLanguages",
];
/// What only a publisher knows.
const PUBLISHER: [&str; 2] = ["url", "maintenance/contacts"];

/// Every key by its path, with what stands behind it: on its line, and on the lines under it that are no keys.
fn keys(text: &str) -> Vec<(String, String)> {
    let mut above: Vec<(usize, &str)> = Vec::new();
    let mut keys: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let words = line.trim_start();
        let depth = line.len() - words.len();
        let key = words.split_once(':').filter(|(key, _)| key.bytes().all(|byte| byte.is_ascii_alphabetic()));
        if let Some((key, value)) = key {
            above.retain(|(other, _)| *other < depth);
            above.push((depth, key));
            let path: Vec<&str> = above.iter().map(|(_, key)| *key).collect();
            keys.push((path.join("/"), value.trim().to_owned()));
        } else {
            let (_, value) = keys.last_mut().unwrap();
            value.extend([" ", words]);
        }
    }
    keys
}

#[test]
fn the_description_for_catalogues_of_public_code_has_what_the_standard_wants() {
    let text = std::fs::read_to_string(repository().join("publiccode.yml")).unwrap();
    let keys = keys(&text);
    let value = |path: &str| keys.iter().find(|(key, _)| key == path).map(|(_, value)| value.as_str());
    for path in WANTED {
        assert!(value(path).is_some_and(|value| !value.is_empty()), "{path}");
    }
    for path in PUBLISHER {
        let told = text.lines().any(|line| line.starts_with('#') && line.contains(&format!("`{path}`")));
        assert_ne!(value(path).is_some(), told, "{path} is filled in, or the comment says that it is not");
    }
    assert!(!text.contains("example."), "no address that is none");
    for language in ["nl", "en"] {
        let length = |key| value(&format!("description/{language}/{key}")).unwrap().chars().count();
        assert!(length("shortDescription") <= 150, "{language}");
        assert!((150..=10_000).contains(&length("longDescription")), "{language}");
    }
    let license = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    assert!(license.contains(&format!("license = {:?}", value("legal/license").unwrap())));
}
