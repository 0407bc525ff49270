//! There is no way around the gate: what would be one does not compile, and beside it stands the way that does.

#[test]
fn there_is_no_way_around_the_gate() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/gate/through.rs");
    cases.compile_fail("tests/gate/literal.rs");
    cases.compile_fail("tests/gate/around.rs");
    cases.compile_fail("tests/gate/afterwards.rs");
}
