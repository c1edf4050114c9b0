//! Finding records: one typed expression, one evaluator, one planner.
//!
//! Each language of conditions has a module that turns it into an [`expr::Expr`], whose types fit
//! the fields: [`criteria`] with [`resolve`], [`coql`] with [`select`], [`view`] and
//! [`conditions`]. [`plan`] finds the records that meet an expression, by an index if one helps.

pub mod access;
pub mod blueprint;
pub mod column;
pub mod conditions;
pub mod coql;
pub mod criteria;
pub mod expr;
pub mod node;
pub mod plan;
pub mod related;
pub mod resolve;
pub mod select;
pub mod territory;
pub mod view;

pub use expr::Expr;
