//! The command line.

mod check;
mod env;
mod exit;
mod generate;
mod plane;
mod run;
mod serve;
mod verify;
mod words;

pub use exit::Exit;
pub use run::run;
