use super::*;
use std::collections::BTreeSet;

/// One fault of each kind.
fn faults(code: FaultCode) -> [Fault; 5] {
    let system = || "package".to_owned();
    [
        Fault::Unavailable { system: system(), code, retry_after: None },
        Fault::Refused { system: system(), code },
        Fault::Denied { system: system(), code },
        Fault::Unknown { system: system(), code },
        Fault::Broken { system: system(), code },
    ]
}

#[test]
fn every_code_has_a_text_of_its_own_and_is_found_by_it() {
    let texts: BTreeSet<&str> = FaultCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), FaultCode::ALL.len());
    for code in FaultCode::ALL {
        assert_eq!(FaultCode::named(&code.to_string()), Some(code));
    }
    assert_eq!(FaultCode::named("too-bad"), None);
}

#[test]
fn a_fault_says_which_system_and_what_happened_without_a_full_stop() {
    for (fault, code) in FaultCode::ALL.into_iter().flat_map(|code| faults(code).map(|fault| (fault, code))) {
        assert_eq!((fault.system(), fault.code()), ("package", code));
        let shown = fault.to_string();
        assert!(shown.contains("package") && shown.ends_with(&format!("({code})")), "{shown}");
    }
}
