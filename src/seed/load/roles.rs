//! Roles and profiles.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::Loader;
use crate::ids::Id;
use crate::schema::builtin;
use crate::seed::format::Located;
use crate::seed::unknown;
use crate::store::{Setting, Tx};

/// One of the two lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Roles,
    Profiles,
}

impl List {
    fn of(self, tx: &Tx) -> Arc<Vec<Setting>> {
        Arc::clone(match self {
            Self::Roles => &tx.state().roles,
            Self::Profiles => &tx.state().profiles,
        })
    }

    fn add(self, tx: &mut Tx, setting: Setting) {
        match self {
            Self::Roles => tx.add_role(setting),
            Self::Profiles => tx.add_profile(setting),
        }
    }

    fn replace(self, tx: &mut Tx, old: Id, setting: Setting) {
        match self {
            Self::Roles => tx.replace_role(old, setting),
            Self::Profiles => tx.replace_profile(old, setting),
        }
    }
}

impl Loader<'_> {
    /// Roles and profiles: those of every org, and those of the seed.
    pub(super) fn settings(&mut self, tx: &mut Tx) {
        let document = self.document;
        let lists = [
            (List::Roles, builtin::roles(), &document.roles),
            (List::Profiles, builtin::profiles(), &document.profiles),
        ];
        for (list, stock, seeded) in lists {
            // an org that lives has them, and an export names all
            if self.base.is_none() && !document.exported {
                for object in stock.unwrap_or_default() {
                    let tail = object.get("id").and_then(Json::as_u64);
                    let id = tail.map_or(Id(0), |tail| tx.state().info.prefix.id(tail));
                    list.add(tx, setting(id, object));
                }
            }
            for at in seeded {
                self.setting(tx, list, at);
            }
        }
    }

    fn setting(&mut self, tx: &mut Tx, list: List, at: &Located) {
        let name = at.object.get("name").and_then(Json::as_str);
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return self.problem(at, "name", "a name is needed");
        };
        let given = at.object.get("id").and_then(Id::from_json);
        if at.stored {
            let Some(id) = given else {
                return self.problem(at, "id", "an id is needed");
            };
            return list.add(tx, setting(id, at.object.clone()));
        }
        let known = list.of(tx).iter().find(|s| s.name == name).cloned();
        match known {
            // a change to a known one, under its own id unless another is given
            Some(old) => {
                let id = given.unwrap_or(old.id);
                if self.base.is_some() && id != old.id {
                    let reason = format!("{name} has the id {}, which cannot be changed", old.id);
                    return self.problem(at, "id", reason);
                }
                let mut object = old.attributes.clone();
                object.extend(at.object.clone());
                list.replace(tx, old.id, setting(id, object));
            }
            None => {
                let id = given.unwrap_or_else(|| tx.next_id());
                list.add(tx, setting(id, at.object.clone()));
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
        let list = match key {
            "role" => List::Roles,
            _ => List::Profiles,
        };
        let known = list.of(tx);
        let by_name = |name: &str| known.iter().find(|s| s.name == name).map(|s| s.id);
        match at.object.get(key) {
            None | Some(Json::Null) => by_name(default),
            Some(Json::String(name)) if Id::parse(name).is_err() => {
                let found = by_name(name);
                if found.is_none() {
                    self.problem(
                        at,
                        key,
                        unknown(key, name, known.iter().map(|s| s.name.as_str())),
                    );
                }
                found
            }
            Some(value) => {
                let id = Id::from_json(value.get("id").unwrap_or(value));
                let name = value.get("name").and_then(Json::as_str);
                match (id, name) {
                    (Some(id), _) if known.iter().any(|s| s.id == id) => Some(id),
                    (Some(id), Some(name)) => {
                        let object = Map::from_iter([("name".to_owned(), Json::from(name))]);
                        list.add(tx, setting(id, object));
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

fn setting(id: Id, mut attributes: Map<String, Json>) -> Setting {
    let name = attributes
        .get("name")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .into();
    attributes.shift_remove("id");
    Setting {
        id,
        name,
        attributes,
    }
}
