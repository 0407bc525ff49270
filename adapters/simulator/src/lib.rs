//! Simulates a regiesysteem and a back-office package over HTTP.
//!
//! Two real servers on loopback, each with its own books, a directory of iWmo and iJw 3.2 messages about the same
//! persons, and a directory of exports. Everything follows from a seed and a number of persons. Every client-profile and money value
//! carries a [`Mark`], so a leak in the program under test is found by looking for it.
//!
//! | module | what it is |
//! | --- | --- |
//! | `simulator` | the running simulation: start, step, stop |
//! | `options`, `mark`, `planted` | what it starts with, what must not leak, what must be rejected |
//! | `random`, `bsn`, `law`, `person`, `products` | what the data are drawn from |
//! | `indications`, `row`, `rows` | the front office's indications: drawn, as JSON, in order of change |
//! | `answers`, `catalogue` | what the care teams answer to requests, and the product lists of both sides |
//! | `exports` | what was delivered, who waits and how providers do, as files of a back-office package |
//! | `strangers` | persons whom the front office may not know of |
//! | `holdings` | the assignments that the back office held before it heard of the front office's ids |
//! | `messages` | assignments, starts, stops and requests, as the files of a back-office package |
//! | `world`, `step` | all of the above together, and how it goes on |
//! | `server`, `office`, `front`, `back`, `shared` | the two servers |
//! | `books`, `forbidden`, `control` | what they received, what they should not have, how they misbehave |
//!
//! # Front office
//!
//! Under `/api`, with the bearer token: `GET indicaties?gewijzigd_na=&limit=` and likewise `antwoorden`, the whole list
//! `GET producten?na=&limit=`, and PUT of `toewijzingen/{law}/{number}`, `verzoeken/{key}`, `starts/{key}`, `stops/{key}`,
//! `benutting/{key}`, `wachtlijsten/{key}`, `prestaties/{key}` and `producten/{key}`. Beside it, without a token: `GET /_planted`, `POST /_step` and
//! `POST /_indicaties`, which changes or makes a row.
//!
//! # Back office
//!
//! Under `/api`, with the bearer token: PUT of `toewijzingen/{id}`, answered with an assignment number, and of
//! `antwoorden/{key}`, and the whole lists `GET producten?na=&limit=`, which the back office owns, and likewise
//! `toewijzingen`: what it held before. An indication is linked to one of those by its `toewijzingsnummer`.
//!
//! # Both
//!
//! Without a token: `GET /_books`, `GET /_books/records` and `POST /_control`.

mod answers;
mod back;
mod books;
mod bsn;
mod catalogue;
mod control;
mod exports;
mod forbidden;
mod front;
mod holdings;
mod indications;
mod law;
mod mark;
mod messages;
mod office;
mod options;
mod person;
mod planted;
mod products;
mod random;
mod row;
mod rows;
mod server;
mod shared;
mod simulator;
mod step;
mod strangers;
mod world;

pub use mark::Mark;
pub use options::{MOST_PERSONS, Options};
pub use planted::Planted;
pub use simulator::{Simulator, SimulatorError};
pub use step::Step;
