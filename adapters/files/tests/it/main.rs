//! The adapter from outside: real files in real directories.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dialects;
mod pages;
mod ready;
mod settings;
mod snapshot;
mod support;
mod sweep;
mod target;
