//! Values that cannot be wrong: each is parsed once, at the edge, and is right from then on.

mod bsn;
mod date;
mod law;
mod product;
mod provider;
mod reason;
mod scalar;
mod size;
mod state;
mod text;
mod version;

pub use bsn::{Bsn, find_bsn};
pub use date::{Date, Moment, date, local_moment, moment};
pub use law::{Law, Municipality};
pub use product::{Category, Product, ProductCode};
pub use provider::{Provider, Scheme};
pub use reason::{ChangeReason, RequestReason, StopMeaning, StopReason};
pub use scalar::Scalar;
pub use size::{Frequency, Size, Unit, Volume};
pub use state::{AssignmentState, Delivery, DeliveryForm, IndicationState, PartKind, RequestKind};
pub use text::{AssignmentNumber, Id, Reference};
pub use version::{Version, VersionKind};

#[cfg(test)]
mod tests;
