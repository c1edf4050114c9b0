//! The table of operations.

#[cfg(feature = "connector")]
use super::connector;
use super::endpoint::Endpoint;
use super::{
    automation, bulk, composite, coql, files, jobs, metadata, oauth, org, people, records,
    recycle_bin, related, settings, watch,
};

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
    jobs::mass_owner::ENDPOINTS,
    records::clone::ENDPOINTS,
    records::full_data::ENDPOINTS,
    records::owner::ENDPOINTS,
    records::tags::ENDPOINTS,
    org::tags::ENDPOINTS,
    watch::ENDPOINTS,
    composite::ENDPOINTS,
    records::merge::ENDPOINTS,
    records::cancel::ENDPOINTS,
    records::conversion_options::ENDPOINTS,
    jobs::mass_convert::ENDPOINTS,
    records::share::ENDPOINTS,
    records::share_emails::ENDPOINTS,
    records::locking::ENDPOINTS,
    records::territories::ENDPOINTS,
    settings::record_locking::ENDPOINTS,
    records::ENDPOINTS,
    recycle_bin::ENDPOINTS,
    records::timeline::ENDPOINTS,
    related::ENDPOINTS,
    records::blueprint::ENDPOINTS,
    records::emails::ENDPOINTS,
    records::unblock_email::ENDPOINTS,
    automation::scoring_rules::ENDPOINTS,
    automation::cadences::ENDPOINTS,
    bulk::read::ENDPOINTS,
    bulk::write::ENDPOINTS,
    bulk::upload::ENDPOINTS,
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
