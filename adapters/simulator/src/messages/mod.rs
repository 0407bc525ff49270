//! The iWmo and iJw 3.2 messages that a back-office package lays out: copies of what it accepted.

mod assignment;
mod client;
mod declaration;
mod delivery;
pub(crate) mod directory;
pub(crate) mod history;
pub(crate) mod message;
mod request;
pub(crate) mod scribe;
pub(crate) mod strangers;
pub(crate) mod strays;
mod xml;

pub(crate) use assignment::Assignment;
pub(crate) use delivery::Delivery;
pub(crate) use history::Case;
pub(crate) use message::{Fate, Message};
pub(crate) use scribe::{Asked, Scribe};
