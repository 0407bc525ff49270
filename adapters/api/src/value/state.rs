use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// A closed list of names: an enum whose canonical texts are these.
macro_rules! names {
    ($(#[$about:meta])* $name:ident, $unknown:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl Scalar for $name {
            const GRAMMAR: Grammar = Grammar::OneOf(&[$($text),+]);

            fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(Code::$unknown),
                }
            }

            fn text(&self) -> String {
                match self {
                    $(Self::$variant => $text,)+
                }
                .to_owned()
            }
        }
    };
}

names! {
    /// How care is paid for. Only care in kind crosses; a personal budget is out of scope and goes nowhere.
    DeliveryForm, DeliveryFormUnknown {
        /// Care in kind (zin).
        InKind = "zin",
        /// Personal budget (pgb).
        PersonalBudget = "pgb",
    }
}

names! {
    /// Whether an indication counts.
    IndicationState, StateUnknown {
        /// It counts.
        InForce = "in-force",
        /// It was withdrawn as if it had never been.
        Deleted = "deleted",
    }
}

names! {
    /// What the back office did with an assignment.
    AssignmentState, StateUnknown {
        /// Taken in, not decided yet.
        Received = "received",
        /// Has a number.
        Assigned = "assigned",
        /// Sent to the provider.
        Sent = "sent",
        /// Refused by the back office.
        Refused = "refused",
        /// Its end date came forward (intrekken): no deletion.
        Shortened = "shortened",
        /// Counts as never sent (OP033x1).
        Deleted = "deleted",
    }
}

names! {
    /// Whether a start or stop counts (COD467: 1 and 3; CS058 bars the others).
    Delivery, StateUnknown {
        /// 1: it counts.
        Delivered = "delivered",
        /// 3: it takes back the one with the same key.
        Deleted = "deleted",
    }
}

names! {
    /// What a provider asks for.
    RequestKind, StateUnknown {
        /// A new assignment (315).
        New = "new",
        /// A change of the whole package (317).
        Change = "change",
    }
}

names! {
    /// What a request says about one assignment or product.
    PartKind, StateUnknown {
        /// The assignment stays as it is.
        Unchanged = "unchanged",
        /// The assignment is to change.
        Change = "change",
        /// A product is to be added.
        New = "new",
    }
}

names! {
    /// What was answered to a request (WJ760: 1 and 2).
    AnswerKind, StateUnknown {
        /// 1: no.
        Rejected = "rejected",
        /// 2: not yet; it can be answered once, and first (TR360).
        UnderInvestigation = "under-investigation",
    }
}

names! {
    /// Whether figures may still change.
    Figures, StateUnknown {
        /// They may.
        Provisional = "provisional",
        /// They will not.
        Final = "final",
    }
}

names! {
    /// Where the figures of a waiting list come from.
    Basis, StateUnknown {
        /// The provider said so.
        Stated = "stated",
        /// They follow from assignments without a start.
        Derived = "derived",
    }
}
