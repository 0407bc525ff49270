//! The program: see [`schakel`] for the map of the code.

use std::process::ExitCode;

fn main() -> ExitCode {
    schakel::cli::main()
}
