//! `/crm/{version}/settings/…` of modules: their fields, layouts, views and related lists.

pub mod fields;
pub mod layouts;
pub mod modules;
pub mod related_lists;
pub mod views;
