//! Objects of families of settings: their keys, and what these may hold.

use serde_json::{Map, Value as Json};

use super::findings::Findings;
use super::keys::unknown_key;
use super::place::BodyPlace;
use super::request::JudgedRequest;
use super::rules::{DATA, RECORD_MANDATORY, RECORD_READ_ONLY, VALUE_LENGTH, VALUE_TYPE};
use crate::api::endpoint::VersionedKey;
use crate::error::Code;
use crate::ids::Id;
use crate::request::Method;
use crate::settings::check::Reader;
use crate::settings::family::Family;
use crate::settings::key::KeyAccess;
use crate::settings::{Refusal, Source};
use crate::store::Setting;

/// Judges the objects of a body.
pub(super) fn judge(
    judged: &JudgedRequest<'_>,
    method: Method,
    family: &'static Family,
    items: &[Json],
    findings: &mut Findings,
) {
    for (n, item) in items.iter().enumerate() {
        let place = BodyPlace::Item(family.name, n);
        match item.as_object() {
            Some(said) => object(judged, method, family, said, place, findings),
            None => findings.add(&DATA, place.to_string(), "the item is no object"),
        }
    }
}

fn object(
    judged: &JudgedRequest<'_>,
    method: Method,
    family: &'static Family,
    said: &Map<String, Json>,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) {
    let names = family.keys.iter().flat_map(|key| {
        let names = [Some(key.name), key.alias].into_iter().flatten();
        names.map(|name| -> VersionedKey { (name, key.versions) })
    });
    for key in said.keys().filter(|key| *key != "id") {
        let at = || BodyPlace::Key(&place, key).to_string();
        let known = family
            .keys
            .iter()
            .find(|known| known.name == key || known.alias == Some(key));
        match known.filter(|known| known.versions.contains(judged.version)) {
            None => unknown_key(names.clone(), key, at, findings),
            Some(known) if known.access == KeyAccess::ReadOnly => {
                findings.add(&RECORD_READ_ONLY, at(), format!("{key} is read-only"));
            }
            Some(_) => {}
        }
    }
    let reader = Reader {
        family,
        state: judged.state,
        source: Source::Client(judged.version),
        module: None,
    };
    let old = (method != Method::Post).then(|| known(judged, family, said));
    let old = match &old {
        // what is not there is for the answer to say
        Some(None) => return,
        Some(Some(old)) => Some(old),
        None => None,
    };
    for refusal in reader.read(said, old).err().unwrap_or_default() {
        refused(&refusal, place, findings);
    }
}

/// The object that an update speaks of.
fn known(judged: &JudgedRequest<'_>, family: &Family, said: &Map<String, Json>) -> Option<Setting> {
    let id = match judged.variable("id") {
        "" => said.get("id").and_then(Id::from_json),
        text => Id::parse(text).ok(),
    };
    let setting = family.of(judged.state).get(id?)?;
    Some(Setting::clone(setting))
}

/// Tells of a refusal that what was sent is enough to foresee.
fn refused(refusal: &Refusal, place: BodyPlace<'_>, findings: &mut Findings) {
    let at = BodyPlace::Key(&place, &refusal.path).to_string();
    let path = &refusal.path;
    let detail = |key: &str| refusal.detail(key);
    if refusal.code == Code::MANDATORY_NOT_FOUND {
        findings.add(&RECORD_MANDATORY, at, format!("{path} is missing or empty"));
    } else if let Some(most) = detail("maximum_length") {
        findings.add(&VALUE_LENGTH, at, format!("{path} holds more than {most}"));
    } else if let Some(expected) = detail("expected_data_type").or(detail("supported_values")) {
        findings.add(&VALUE_TYPE, at, format!("{path} must be {expected}"));
    } else if let Some(regex) = detail("regex") {
        findings.add(&VALUE_TYPE, at, format!("{path} must match {regex}"));
    }
}
