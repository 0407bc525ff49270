//! What people read when something is wrong with an installation, or hardly meant.

mod folders;
mod installation;
mod mistakes;
mod systems;
mod warnings;
