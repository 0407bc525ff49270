//! The only way from another system's bytes to values, and from values to bytes.

mod path;
mod pattern;
mod projection;
mod table;
mod template;

pub use path::{BadPath, Each, FieldPath, Path};
pub use pattern::{BadPattern, Pattern};
pub use projection::{Cell, Columns, NotJson, Page, PageSlot, Picked, Projection, Row, Slot};
pub use table::{Table, TableRow, UnknownCode};
pub use template::{Form, Line, NotFlat, OutCell, OutPath, Source, Template};
