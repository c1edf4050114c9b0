//! The authority: its files, and for whom its certificate is good.

mod files;
mod limits;
