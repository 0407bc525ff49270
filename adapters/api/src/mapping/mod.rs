//! The only way from another system's bytes to values, and from values to bytes.

mod path;
mod projection;
mod table;
mod template;

pub use path::{BadPath, Each, FieldPath, Path};
pub use projection::{Cell, NotJson, Page, PageSlot, Projection, Row, Slot};
pub use table::{Table, TableRow, UnknownCode};
pub use template::{BadPattern, Form, Line, OutPath, Pattern, Source, Template};
