//! `/crm/{version}/settings/automation/…` as far as it is more than a family of settings, and what
//! the automation does to records.

pub mod cadences;
pub mod scoring_rules;
