//! The command line.

mod ca;
mod cases;
mod check;
mod command;
mod completions;
mod edge;
mod env;
mod exit;
mod export;
mod generate;
mod health;
mod man;
mod memory;
mod mistakes;
mod parse;
mod plane;
mod ready;
mod report;
mod roots;
mod run;
mod serve;
mod signals;
mod verify;
mod whole;
mod words;

pub use exit::Exit;
pub use run::{command_line, run};
