//! Settings of all families: those of every org, and those of the seed.

use serde_json::{Map, Value as Json};

use super::Loader;
use crate::error::Wording;
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::seed::format::{Located, OfFamily};
use crate::seed::problem::unknown;
use crate::settings::check::Reader;
use crate::settings::families::profiles::PROFILES;
use crate::settings::families::roles::ROLES;
use crate::settings::refusal::{Refusal, Source};
use crate::settings::{FAMILIES, Family, Key, KeyType, ReferenceTarget, SettingChange};
use crate::store::{Setting, Tx};

/// Families that users refer to: they are loaded before the users, all others behind them.
const OF_USERS: [&str; 2] = [ROLES.name, PROFILES.name];

impl<'a> Loader<'a> {
    /// Roles and profiles.
    pub(super) fn settings_of_users(&mut self, tx: &mut Tx) {
        self.families(tx, true);
    }

    /// All other families.
    pub(super) fn settings(&mut self, tx: &mut Tx) {
        self.families(tx, false);
    }

    fn families(&mut self, tx: &mut Tx, of_users: bool) {
        let document = self.document;
        let families = FAMILIES.iter().copied();
        let mut loaded = Vec::new();
        for family in families.filter(|family| OF_USERS.contains(&family.name) == of_users) {
            // an org that lives has them, and an export names all
            if self.base.is_none() && !document.exported {
                self.stock(tx, family);
            }
            for list in document
                .settings
                .iter()
                .filter(|l| l.family.name == family.name)
            {
                let Some(module) = self.module_of_settings(tx, list) else {
                    continue;
                };
                for at in &list.items {
                    let id = self.setting(tx, family, module, at);
                    loaded.extend(id.filter(|_| !at.stored).map(|id| (family, id, at)));
                }
            }
        }
        for (family, id, at) in loaded {
            self.check_setting(tx, family, id, at);
        }
    }

    /// What can be judged when all settings are there: names of those that stand further down, and
    /// what the family itself refuses, or does.
    fn check_setting(&mut self, tx: &mut Tx, family: &'static Family, id: Id, at: &Located) {
        let Some(setting) = family.of(tx.state()).get(id).cloned() else {
            return;
        };
        let mut setting = Setting::clone(&setting);
        for key in family.keys {
            let target = match key.kind {
                KeyType::Reference(ReferenceTarget::Family(target)) => target,
                KeyType::Reference(ReferenceTarget::Own) => family,
                _ => continue,
            };
            let name = setting
                .text(key.name)
                .filter(|name| Id::parse(name).is_err());
            let Some(name) = name else { continue };
            match target
                .of(tx.state())
                .named(None, name)
                .map(|found| found.id)
            {
                Some(found) => {
                    setting.attributes.insert(key.name.to_owned(), found.json());
                }
                None => {
                    let names = target.of(tx.state()).iter().map(|s| s.name.as_str());
                    self.problem(at, key.name, unknown(key.name, name, names));
                }
            }
        }
        tx.put_setting(family.name, setting.clone());
        let change = SettingChange {
            old: Some(&setting),
            new: Some(&setting),
            said: &self.without_labels(family, &at.object),
            source: Source::Seed,
        };
        if let Some(Err(refusal)) = family.check.map(|check| check(tx, change)) {
            self.problem(at, &refusal.path, reason(&refusal));
        } else if let Some(changed) = family.changed {
            changed(tx, change);
        }
    }

    /// What every fresh org has.
    fn stock(&mut self, tx: &mut Tx, family: &'static Family) {
        // that it can be read is tested
        let stock = serde_json::from_str::<Vec<Map<String, Json>>>(family.stock);
        for object in stock.unwrap_or_default() {
            let tail = object.get("id").and_then(Json::as_u64);
            let id = tail.map_or(Id(0), |tail| tx.state().info.prefix.id(tail));
            tx.put_setting(family.name, stored(family, id, None, object));
        }
    }

    /// The module of a list; none within if its family is not kept by module, none at all if there
    /// is no such module.
    fn module_of_settings(&mut self, tx: &Tx, list: &OfFamily) -> Option<Option<ModuleNo>> {
        let Some(name) = &list.module else {
            return Some(None);
        };
        let schema = &tx.state().schema;
        let no = schema.with_fields(name);
        if no.is_none() {
            let reason = unknown("module", name, super::module_names(schema));
            self.problem_at(&list.file, list.path.clone(), reason);
        }
        no.map(Some)
    }

    fn setting(
        &mut self,
        tx: &mut Tx,
        family: &'static Family,
        module: Option<ModuleNo>,
        at: &'a Located,
    ) -> Option<Id> {
        let given = at.object.get("id").filter(|id| !id.is_null());
        if at.stored {
            let Some(id) = given.and_then(super::whole_id) else {
                self.problem(at, "id", "an id is needed");
                return None;
            };
            tx.put_setting(family.name, stored(family, id, module, at.object.clone()));
            return Some(id);
        }
        let keys = || family.keys.iter().map(|key| key.name);
        let strange = at
            .object
            .keys()
            .filter(|key| !keys().any(|known| known == *key));
        for key in strange {
            self.problem(at, key, unknown("key", key, keys()));
        }
        let known = known(tx, family, module, at);
        let id = match (&known, given) {
            (Some(known), None) => known.id,
            (_, given) => match self.identify(given, || tx.next_id()) {
                Ok(id) => id,
                Err(reason) => {
                    self.problem(at, "id", reason);
                    return None;
                }
            },
        };
        if let Some(known) = &known
            && known.id != id
            && (self.base.is_some() || family.by_module)
        {
            let reason = if self.base.is_some() {
                format!(
                    "{} has the id {}, which cannot be changed",
                    known.name, known.id
                )
            } else {
                let name = at.object.get(family.label).and_then(Json::as_str);
                let (one, name) = (family.name.trim_end_matches('s'), name.unwrap_or_default());
                format!(
                    "another {one} of the name \"{name}\" has the id {}",
                    known.id
                )
            };
            self.problem(at, "id", reason);
            return None;
        }
        let reader = Reader {
            family,
            state: tx.state(),
            source: Source::Seed,
            module,
        };
        let object = self.without_labels(family, &at.object);
        match reader.read(&object, known.as_ref()) {
            Ok(setting) => {
                if let Some(known) = known.filter(|known| known.id != id) {
                    tx.remove_setting(family.name, known.id);
                }
                tx.put_setting(family.name, Setting { id, ..setting });
                self.await_labels(family, id, at);
                Some(id)
            }
            Err(refusals) => {
                for refusal in refusals {
                    self.problem(at, &refusal.path, reason(&refusal));
                }
                None
            }
        }
    }

    /// The role or profile of a user: by name, by id, or as an object, which may bring a new one.
    pub(super) fn reference(
        &mut self,
        tx: &mut Tx,
        at: &Located,
        key: &str,
        default: &str,
    ) -> Option<Id> {
        let family = if key == "role" { &ROLES } else { &PROFILES };
        let known = family.of(tx.state());
        let by_name = |name: &str| known.named(None, name).map(|s| s.id);
        match at.object.get(key) {
            None | Some(Json::Null) => by_name(default),
            Some(Json::String(name)) if Id::parse(name).is_err() => {
                let found = by_name(name);
                if found.is_none() {
                    let names: Vec<_> = known.iter().map(|s| s.name.clone()).collect();
                    let names = names.iter().map(|name| name.as_str());
                    self.problem(at, key, unknown(key, name, names));
                }
                found
            }
            Some(value) => {
                let id = Id::from_json(value.get("id").unwrap_or(value));
                let name = value.get("name").and_then(Json::as_str);
                match (id, name) {
                    (Some(id), _) if known.get(id).is_some() => Some(id),
                    (Some(id), Some(name)) => {
                        let object = Map::from_iter([("name".to_owned(), Json::from(name))]);
                        tx.put_setting(family.name, stored(family, id, None, object));
                        Some(id)
                    }
                    (None, Some(name)) if by_name(name).is_some() => by_name(name),
                    _ => {
                        self.problem(at, key, format!("no such {key}"));
                        None
                    }
                }
            }
        }
    }
}

/// The setting that an object of a seed speaks of: that with its id, or with its name in families
/// where names are unique.
fn known(tx: &Tx, family: &Family, module: Option<ModuleNo>, at: &Located) -> Option<Setting> {
    let settings = family.of(tx.state());
    let by_id = at
        .object
        .get("id")
        .and_then(Id::from_json)
        .and_then(|id| settings.get(id));
    let unique = |key: &&Key| key.name == family.label && key.unique;
    let by_name = || {
        let label = family.keys.iter().find(unique)?;
        let name = at.object.get(label.name)?.as_str()?;
        settings.named(module, name)
    };
    let only = || settings.iter().next().filter(|_| family.is_single());
    by_id
        .or_else(by_name)
        .or_else(only)
        .map(|setting| Setting::clone(setting))
}

/// A setting of what is kept of it.
fn stored(
    family: &Family,
    id: Id,
    module: Option<ModuleNo>,
    mut attributes: Map<String, Json>,
) -> Setting {
    attributes.shift_remove("id");
    let name = attributes.get(family.label).and_then(Json::as_str);
    Setting {
        id,
        module,
        name: name.unwrap_or_default().into(),
        attributes,
    }
}

/// What a problem says of a refusal: as it says what is wrong with records.
fn reason(refusal: &Refusal) -> String {
    let message = refusal.code.message(Wording::Zoho);
    let details = refusal.details.iter();
    let details: Vec<String> = details
        .map(|(key, value)| format!("{key} {value}"))
        .collect();
    let code = refusal.code.code();
    if details.is_empty() {
        format!("{code} {message}")
    } else {
        format!("{code} {message} ({})", details.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_org_has_can_be_read() {
        for family in FAMILIES {
            let stock = serde_json::from_str::<Vec<Map<String, Json>>>(family.stock);
            let stock = stock.unwrap_or_else(|error| panic!("{}: {error}", family.name));
            for object in stock {
                assert!(object.get("id").is_some_and(Json::is_u64), "{object:?}");
                for key in object.keys() {
                    let known = family.key(key);
                    assert!(known.is_some(), "{}: no key {key}", family.name);
                    assert!(
                        !matches!(known.map(|k| k.kind), Some(KeyType::By(_))),
                        "{key}"
                    );
                }
            }
        }
    }
}
