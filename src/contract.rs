//! Zoho's contract: what is wrong with a request, even where Zoho forgives it and so does this
//! double.
//!
//! A field that does not exist is ignored, a page of 500 is cut to 200, a label instead of an API
//! name is no error: a client that does so passes its tests, and loses data. `judge` looks at a
//! request before its handler runs, [`judge_answer`] at what came of it, and
//! [`judge_series`] at several requests together. What they find is a [`Violation`]: a [`Rule`], a place as a JSON
//! path, what is wrong there, and what to do.
//!
//! A clean request costs no allocation, and an answer is read only where it is an error.

mod answer;
mod body;
mod criteria;
mod findings;
mod headers;
mod history;
mod judge;
mod keys;
mod params;
mod path;
mod place;
mod records;
pub mod report;
mod request;
pub mod rules;
mod service;
mod settings;
mod text;
mod values;

pub use history::judge_series;
pub use judge::{judge, judge_answer};
pub use request::{JudgedRequest, ParsedRequest};
pub use rules::{RULES, Rule};

pub use crate::runtime::violation::{Severity, Violation};
