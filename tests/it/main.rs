//! The program from outside: the real binary as a child process, against simulated systems over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod conformance;
mod console;
mod demo;
mod diagnostics;
mod going_live;
mod handboek;
mod kill;
mod knowing;
mod leak;
mod links;
mod lists;
mod logs;
mod manual;
mod messages;
mod official;
mod operating;
mod preview;
mod publiccode;
mod rejections;
mod reload;
mod retry;
mod service;
mod settings;
mod stop;
mod syncing;
mod world;
