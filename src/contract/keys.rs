//! Keys and names: whether they are known, in which versions, and whether they came before.

use rustc_hash::FxHashSet;

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{FIELD_OF_OTHER_VERSION, UNKNOWN_KEY};
use super::text::{hint, short, span};
use crate::api::endpoint::VersionedKey;
use crate::schema::Field;
use crate::version::ApiVersion;

/// Names under which clients send a token or secret where it does not belong.
pub(super) const SECRETS: [&str; 7] = [
    "access_token",
    "authtoken",
    "auth_token",
    "oauth_token",
    "oauthtoken",
    "client_secret",
    "refresh_token",
];

/// Whether a version has a key of a table.
pub(super) fn has_key(
    mut table: impl Iterator<Item = VersionedKey>,
    key: &str,
    version: ApiVersion,
) -> bool {
    table.any(|(known, versions)| known == key && versions.contains(version))
}

/// Tells of a key that a table does not have, or not in this version.
pub(super) fn unknown_key(
    table: impl Iterator<Item = VersionedKey> + Clone,
    key: &str,
    place: impl FnOnce() -> String,
    findings: &mut Findings,
) {
    findings.tell(&UNKNOWN_KEY, || {
        let key = short(key);
        let message = match table.clone().find(|(known, _)| *known == key) {
            Some((_, versions)) => format!("\"{key}\" is a key of {}", span(versions)),
            None => {
                let near = hint(key, table.map(|(known, _)| known));
                format!("no key \"{key}\"{near}")
            }
        };
        (place(), message)
    });
}

/// Tells of a field that the metadata of other versions has alone.
pub(super) fn other_version(
    judged: &JudgedRequest<'_>,
    field: &Field,
    place: impl FnOnce() -> String,
    findings: &mut Findings,
) {
    if !field.known_in(judged.state.info.era, judged.version) {
        let message = format!("{} does not list {}", judged.version, field.api_name());
        findings.add(&FIELD_OF_OTHER_VERSION, place(), message);
    }
}

/// Names that are compared one by one.
const FEW: usize = 16;

/// Names that came before. The first few are compared one by one, since that costs a usual request
/// no allocation; what comes beyond is hashed, so that many names cost no more each than a few.
#[derive(Default)]
pub(super) struct Seen<'t> {
    few: [&'t str; FEW],
    length: usize,
    more: FxHashSet<&'t str>,
}

impl<'t> Seen<'t> {
    /// Takes note of a name; false if it came before.
    pub(super) fn insert(&mut self, name: &'t str) -> bool {
        if self.few[..self.length].contains(&name) {
            return false;
        }
        if self.length < FEW {
            self.few[self.length] = name;
            self.length += 1;
            return true;
        }
        self.more.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_new_once() {
        let names: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        let mut seen = Seen::default();
        for again in [false, true] {
            for name in &names {
                assert_eq!(seen.insert(name), !again, "{name}");
            }
        }
    }
}
