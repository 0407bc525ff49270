//! What an adapter is: it opens systems, which give sources and targets.
//!
//! Adapters classify what happened; the engine decides what to do. Adapters know no store.

mod adapter;
mod credentials;
mod fault;
mod section;
mod source;
mod target;

pub use adapter::{Adapter, Opening, Schemas, System};
pub use credentials::{CredentialError, Credentials};
pub use fault::{Fault, FaultCode};
pub use section::{Section, SettingError, nearest};
pub use source::{Cursor, FilesSeen, Item, Native, Page, Reads, SeenFile, Source};
pub use target::{Limits, Receipt, Rendered, Repeat, Stamp, Target};
