//! The adapter from outside: directories of messages, and what its sources make of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod directory;
mod folder;
mod official;
mod settings;
mod shared;
mod youth;
