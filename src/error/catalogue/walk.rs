//! All rows, whatever they are about.

use super::oauth::AccountsError;
use super::row::Code;
use super::{
    automation, blueprint, bulk, call, composite, conversions, coql, edge, emails, fields, files,
    lists, mass_actions, meetings, merge, notifications, records, recycle_bin, related, rights,
    search, timeline, users, views,
};
use crate::words::nearest;

/// The lists of rows, one a subject.
const SUBJECTS: &[&[Code]] = &[
    call::ROWS,
    files::ROWS,
    lists::ROWS,
    records::ROWS,
    mass_actions::ROWS,
    search::ROWS,
    coql::ROWS,
    users::ROWS,
    views::ROWS,
    fields::ROWS,
    edge::ROWS,
    recycle_bin::ROWS,
    timeline::ROWS,
    related::ROWS,
    notifications::ROWS,
    composite::ROWS,
    merge::ROWS,
    conversions::ROWS,
    meetings::ROWS,
    rights::ROWS,
    blueprint::ROWS,
    automation::ROWS,
    emails::ROWS,
    bulk::ROWS,
];

impl Code {
    /// Every row that calls share, by subject.
    pub fn all() -> impl Iterator<Item = Self> {
        SUBJECTS.iter().copied().flatten().copied()
    }

    /// The row that a code stands for when it is asked for by name alone: the first one with it,
    /// but for codes of which another one is meant outside of a record.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "LIMIT_EXCEEDED" => Some(Self::CREDITS_SPENT),
            "INVALID_DATA" => Some(Self::INVALID_DATA),
            _ => Self::all().find(|kind| kind.code() == code),
        }
    }
}

/// The code of the catalogue that is most like a text, if one is like it at all.
#[must_use]
pub fn nearest_code(text: &str) -> Option<&'static str> {
    nearest(text, Code::all().map(Code::code))
}

/// The name of an error, the API's or the accounts server's, that is most like a text.
#[must_use]
pub fn nearest_error(text: &str) -> Option<&'static str> {
    let accounts = AccountsError::ALL.iter().map(|error| error.name());
    nearest(text, Code::all().map(Code::code).chain(accounts))
}
