use super::*;
use crate::model::Stream;
use crate::testing::plain;

#[test]
fn debug_shows_no_value_of_an_item() {
    let key = || "message-4711".to_owned();
    let values = plain(Stream::Start);
    let file = SeenFile { key: key(), fingerprint: key() };
    let items = [
        Item::Native(Native {
            key: key(),
            handle: Some(key()),
            values,
            version: Version::counter(4711),
            referrer: None,
        }),
        Item::Defect { key: key(), handle: Some(key()), code: Code::TooLarge },
        Item::Skipped,
        Item::Blocked,
    ];
    let shown = format!("{items:?}{file:?}");
    for hidden in ["4711", "999900006", "300201", "02A03"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(shown.contains("too-large"));
}
