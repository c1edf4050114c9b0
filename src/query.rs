//! Finding records: one typed expression, one evaluator, one planner.
//!
//! A front end ([`criteria`]) reads a text into names and raw values (those of [`conditions`] come
//! as a list); [`resolve`] checks those
//! against the module's fields and turns them into an [`expr::Expr`], which cannot be ill-typed;
//! [`plan`] finds the records, by an index where one helps.

pub mod column;
pub mod conditions;
pub mod coql;
pub mod criteria;
pub mod expr;
pub mod node;
pub mod plan;
pub mod resolve;
pub mod select;
pub mod view;

pub use expr::Expr;
