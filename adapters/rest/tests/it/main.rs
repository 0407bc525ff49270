//! The adapter `rest` against a server that says what the test wants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod settings;
mod source;
mod support;
mod target;
