//! What the org is.

use std::sync::Arc;

use jiff::tz::TimeZone;
use lean_string::LeanString;
use serde_json::Value as Json;

use super::{Loader, module_names};
use crate::ids::{Id, IdPrefix};
use crate::seed::problem::unknown;
use crate::store::{OrgInfo, Tx};

/// Keys of `org` that are settings of the double, not keys of an answer.
const SETTINGS: [&str; 12] = [
    "current_user",
    "next_tail",
    "id_prefix",
    "era",
    "address",
    "features",
    "next_ids",
    "next_numbers",
    "exact_text_equals",
    "hidden_keys",
    "coql_plain_chains",
    "search_index_lag",
];
/// What `features` may name; declarations ask for them with `when`.
const FEATURES: [&str; 13] = [
    "2017_org",
    "2025_org",
    "co_owner",
    "feeds",
    "gdpr",
    "layouts",
    "multi_currency",
    "pipelines",
    "review_process",
    "salesiq",
    "sharing",
    "territories",
    "wizards",
];
const ERAS: [u16; 4] = [2018, 2020, 2023, 2026];

/// The feature that orgs of the newest era have by themselves.
const OF_2026: &str = "2025_org";
/// What `address` may be, and the feature that it is.
const ADDRESSES: [(&str, &str); 2] = [
    ("classic", "classic_address"),
    ("composite", "composite_address"),
];
/// The end of tails: twelve digits.
const TAIL_END: u64 = 1_000_000_000_000;

/// The features and the address that a seed of an org names, from those it has.
pub(in crate::seed) fn named_features(info: &OrgInfo) -> (&[LeanString], &'static str) {
    let mut named = info.features.as_slice();
    let mut address = ADDRESSES[0].0;
    if let [first @ .., last] = named
        && let Some((name, _)) = ADDRESSES.iter().find(|(_, feature)| last == feature)
    {
        (named, address) = (first, name);
    }
    if let [first @ .., last] = named
        && info.era >= 2026
        && last == OF_2026
    {
        named = first;
    }
    (named, address)
}

impl Loader<'_> {
    /// What the org is: of one that lives, what may change of it, changed.
    pub(super) fn info(&mut self) -> Arc<OrgInfo> {
        let (document, base) = (self.document, self.base.map(|base| &base.info));
        let org = &document.org;
        if let (Some(base), true) = (base, org.is_empty()) {
            return Arc::clone(base);
        }
        let prefix = self.prefix();
        let era = self.era();
        let features = self.features(era);
        if let Some(base) = base {
            let mut fixed: Vec<&str> = Vec::new();
            if base.prefix != prefix {
                fixed.push("id_prefix");
            }
            if base.era != era {
                fixed.push("era");
            } else if base.features != features {
                let keys = ["features", "address"];
                fixed.extend(keys.iter().find(|key| org.contains_key(**key)));
            }
            for key in fixed {
                self.org_problem(key, "cannot be changed in an org that exists");
            }
        }
        let attributes = org
            .iter()
            .filter(|(key, _)| !SETTINGS.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()));
        let mut all = base.map(|base| base.attributes.clone()).unwrap_or_default();
        all.extend(attributes);
        let zone = all.get("time_zone").and_then(Json::as_str).unwrap_or("UTC");
        let time_zone = TimeZone::get(zone).unwrap_or_else(|_| {
            self.org_problem("time_zone", format!("unknown time zone \"{zone}\""));
            TimeZone::UTC
        });
        let lag = org.get("search_index_lag").map(Json::as_i64);
        if matches!(lag, Some(None | Some(..0))) {
            self.org_problem("search_index_lag", "must be a number of seconds");
        }
        let flag = |key: &str, old: Option<bool>| match org.get(key) {
            Some(value) => value == &Json::Bool(true),
            None => old.unwrap_or_default(),
        };
        Arc::new(OrgInfo {
            prefix,
            era,
            features,
            hidden_keys: self.hidden_keys(),
            time_zone,
            coql_plain_chains: flag("coql_plain_chains", base.map(|b| b.coql_plain_chains)),
            search_lag: match lag {
                Some(lag) => lag.unwrap_or(0).max(0),
                None => base.map_or(0, |base| base.search_lag),
            },
            exact_text_equals: flag("exact_text_equals", base.map(|b| b.exact_text_equals)),
            attributes: all,
        })
    }

    fn prefix(&mut self) -> IdPrefix {
        let Some(digits) = self.document.org.get("id_prefix").map(plain) else {
            let base = self.base.map(|base| base.info.prefix);
            return base.unwrap_or_else(|| IdPrefix::from_seed(self.options.rng_seed));
        };
        IdPrefix::parse(&digits).unwrap_or_else(|_| {
            self.org_problem(
                "id_prefix",
                "must be a number of at most seven digits, up to 9223371",
            );
            IdPrefix::from_seed(0)
        })
    }

    fn era(&mut self) -> u16 {
        let newest = ERAS[ERAS.len() - 1];
        let Some(era) = self.document.org.get("era").map(plain) else {
            return self.base.map_or(newest, |base| base.info.era);
        };
        let known = era.parse().ok().filter(|year| ERAS.contains(year));
        known.unwrap_or_else(|| {
            self.org_problem("era", "must be one of 2018, 2020, 2023, 2026");
            newest
        })
    }

    fn features(&mut self, era: u16) -> Vec<LeanString> {
        let org = &self.document.org;
        let (had, had_address) = match self.base {
            Some(base) => named_features(&base.info),
            None => (&[][..], ADDRESSES[0].0),
        };
        let mut features: Vec<LeanString> = Vec::new();
        match org.get("features") {
            None => features.extend_from_slice(had),
            Some(given) => {
                for feature in given.as_array().map_or(&[][..], Vec::as_slice) {
                    match feature.as_str() {
                        Some(name) if FEATURES.contains(&name) => features.push(name.into()),
                        _ => {
                            let name = plain(feature);
                            self.org_problem("features", unknown("feature", &name, FEATURES));
                        }
                    }
                }
            }
        }
        if era >= 2026 {
            features.push(OF_2026.into());
        }
        let address = org.get("address").and_then(Json::as_str);
        let address = address.unwrap_or(had_address);
        match ADDRESSES.iter().find(|(name, _)| *name == address) {
            Some((_, feature)) => features.push((*feature).into()),
            None => self.org_problem("address", "must be classic or composite"),
        }
        features
    }

    fn hidden_keys(&mut self) -> Vec<LeanString> {
        let Some(keys) = self.document.org.get("hidden_keys") else {
            let base = self.base.map(|base| base.info.hidden_keys.clone());
            return base.unwrap_or_default();
        };
        let Some(keys) = keys.as_array() else {
            self.org_problem("hidden_keys", "must be a list of keys");
            return Vec::new();
        };
        let keys = keys.iter().filter_map(Json::as_str);
        keys.map(LeanString::from).collect()
    }

    /// Where the sequence of ids goes on.
    pub(super) fn next_tail(&mut self, tx: &mut Tx) {
        let Some(given) = self.document.org.get("next_tail") else {
            return;
        };
        let least = self.base.map_or(1, |base| base.next_tail);
        match given
            .as_u64()
            .filter(|tail| (least..TAIL_END).contains(tail))
        {
            Some(tail) => tx.set_next_tail(tail),
            None => self.org_problem(
                "next_tail",
                format!("must be a number from {least} on, of at most twelve digits"),
            ),
        }
    }

    /// The ids that the next records of modules get.
    pub(super) fn next_ids(&mut self, tx: &mut Tx) {
        let Some(next) = self.document.org.get("next_ids") else {
            return;
        };
        let Some(next) = next.as_object() else {
            return self.org_problem("next_ids", "must be an object of modules");
        };
        let schema = Arc::clone(&tx.state().schema);
        for (name, id) in next {
            match (schema.module(name), Id::from_json(id)) {
                (Some(module), Some(id)) => tx.set_next_id(module, id),
                (None, _) => {
                    self.org_problem("next_ids", unknown("module", name, module_names(&schema)));
                }
                (_, None) => self.org_problem("next_ids", format!("{id} is no id")),
            }
        }
    }

    /// The next numbers of auto-numbers, by module and field.
    pub(super) fn next_numbers(&mut self, tx: &mut Tx) {
        let Some(next) = self.document.org.get("next_numbers") else {
            return;
        };
        let Some(next) = next.as_object() else {
            return self.org_problem("next_numbers", "must be an object of modules");
        };
        let schema = Arc::clone(&tx.state().schema);
        for (name, fields) in next {
            let Some(module) = schema.module(name) else {
                let reason = unknown("module", name, module_names(&schema));
                self.org_problem("next_numbers", reason);
                continue;
            };
            for (field, number) in fields.as_object().into_iter().flatten() {
                let counted = module.field(field).filter(|f| f.spec.auto_number.is_some());
                match (counted, number.as_u64()) {
                    (Some(field), Some(number)) => tx.set_next_number(module, field, number),
                    (None, _) => {
                        let reason = format!("{name}.{field} counts from no number of its own");
                        self.org_problem("next_numbers", reason);
                    }
                    (_, None) => self.org_problem("next_numbers", format!("{number} is no number")),
                }
            }
        }
    }
}

/// A value as a person would write it.
fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
