//! The table of operations.

#[cfg(feature = "connector")]
use super::connector;
use super::endpoint::Endpoint;
use super::{coql, files, jobs, metadata, oauth, org, people, records, settings};

/// The families, one a line.
const FAMILIES: &[&[&Endpoint]] = &[
    oauth::ENDPOINTS,
    people::users::ENDPOINTS,
    org::ENDPOINTS,
    org::currencies::ENDPOINTS,
    people::profiles::ENDPOINTS,
    people::roles::ENDPOINTS,
    metadata::modules::ENDPOINTS,
    metadata::fields::ENDPOINTS,
    metadata::layouts::ENDPOINTS,
    metadata::related_lists::ENDPOINTS,
    metadata::views::ENDPOINTS,
    records::search::ENDPOINTS,
    records::convert::ENDPOINTS,
    coql::ENDPOINTS,
    records::count::ENDPOINTS,
    records::deleted::ENDPOINTS,
    jobs::mass_actions::ENDPOINTS,
    records::ENDPOINTS,
    files::ENDPOINTS,
    records::attachments::ENDPOINTS,
    records::field_attachments::ENDPOINTS,
    records::photo::ENDPOINTS,
    org::photo::ENDPOINTS,
    #[cfg(feature = "connector")]
    connector::ENDPOINTS,
];

/// Every operation.
pub fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    let written = FAMILIES.iter().copied().flatten().copied();
    written.chain(settings::rows::rows())
}
