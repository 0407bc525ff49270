//! Values that cannot be wrong: each is parsed once, at the edge, and is right from then on.

mod bsn;
mod count;
mod date;
mod law;
mod number;
mod product;
mod provider;
mod reason;
mod scalar;
mod size;
mod state;
mod text;
mod version;

pub use bsn::{Bsn, find_bsn};
pub use count::Count;
pub use date::{Date, Moment, date, local_moment, moment};
pub use law::{Law, Municipality};
pub use number::{Days, Quantity, Score};
pub use product::{Category, Product, ProductCode};
pub use provider::{Provider, Scheme};
pub use reason::{ChangeReason, RejectionReason, RequestReason, StopMeaning, StopReason};
pub use scalar::Scalar;
pub use size::{Frequency, Size, Unit, Volume};
pub use state::{
    AnswerKind, AssignmentState, Basis, Delivery, DeliveryForm, Figures, IndicationState, PartKind, RequestKind,
};
pub use text::{AssignmentNumber, Id, MunicipalityCode, Name, Reference};
pub use version::{Version, VersionKind};

#[cfg(test)]
mod tests;
