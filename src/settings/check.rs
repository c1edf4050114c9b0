//! From what a client or a seed says of a setting to what is kept of it.

mod value;

use serde_json::{Map, Value as Json};

use super::family::Family;
use super::key::{Key, KeyAccess, KeyType, ReferenceTarget};
use super::refusal::{Refusal, Source};
use crate::error::Code;
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::store::{OrgState, Setting};
use crate::value::fold;
use value::{of_type, plain, refused};

/// Reads objects of a family.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The family.
    pub family: &'static Family,
    /// The org.
    pub state: &'a OrgState,
    /// Who says it.
    pub source: Source,
    /// The module that the object belongs to, in families that are kept by module.
    pub module: Option<ModuleNo>,
}

impl Reader<'_> {
    /// What is kept of an object: `old` with what is said, or a new one with the id 0.
    ///
    /// # Errors
    /// Everything that is wrong with what is said.
    pub fn read(
        &self,
        said: &Map<String, Json>,
        old: Option<&Setting>,
    ) -> Result<Setting, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut attributes = old.map_or_else(Map::new, |old| old.attributes.clone());
        for key in self.family.keys.iter().filter(|key| self.takes(key)) {
            let given = said.get(key.name).or_else(|| said.get(key.alias?));
            match self.key(key, given, old.is_none()) {
                Ok(None) if key.forgets && old.is_some() => {
                    attributes.insert(key.name.to_owned(), Json::Null);
                }
                Ok(None) => {}
                // what is fixed is read as on creation, and stays (assumed)
                Ok(Some(_)) if old.is_some() && self.is_fixed(key) => {}
                Ok(Some(value)) => {
                    let value = match (key.kind, old, given) {
                        (KeyType::List(keys, _), Some(old), Some(said)) if key.merges => {
                            let kept = old.attributes.get(key.name).unwrap_or(&Json::Null);
                            merged(keys, kept, said, &value)
                        }
                        _ => value,
                    };
                    if key.unique
                        && let Some(other) = self.holder(key, &value, old)
                    {
                        let code = key.taken.unwrap_or(self.family.taken);
                        let taken = Refusal::at(key.name, code);
                        refusals.push(if self.family.taken_shows_id {
                            taken.with("id", other.json())
                        } else {
                            taken
                        });
                    }
                    attributes.insert(key.name.to_owned(), value);
                }
                Err(refusal) => refusals.push(refusal),
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let name = attributes.get(self.family.label).and_then(Json::as_str);
        Ok(Setting {
            id: old.map_or(Id(0), |old| old.id),
            module: self.module,
            name: name.unwrap_or_default().into(),
            attributes,
        })
    }

    /// Whether what is said under a key is read.
    fn takes(&self, key: &Key) -> bool {
        match self.source.version() {
            None => !matches!(key.kind, KeyType::Id),
            Some(version) => key.versions.contains(version) && key.access != KeyAccess::ReadOnly,
        }
    }

    /// Whether a change leaves a key as it is.
    fn is_fixed(&self, key: &Key) -> bool {
        self.source != Source::Seed && key.access == KeyAccess::Fixed
    }

    /// The value of a key as it is kept; none if nothing is said of it.
    fn key(&self, key: &Key, said: Option<&Json>, new: bool) -> Result<Option<Json>, Refusal> {
        let blank = |text: &str| text.chars().all(|c| c.is_whitespace() || c.is_control());
        // that blanks are as good as nothing is assumed
        let empty =
            |value: &Json| value.is_null() || (key.mandatory && value.as_str().is_some_and(blank));
        match said {
            Some(value) if !empty(value) => self.value(key, value, new).map(Some),
            None if !(key.mandatory && new) => Ok(None),
            _ if key.mandatory => Err(Refusal::at(key.name, Code::MANDATORY_NOT_FOUND)),
            _ => Ok(Some(Json::Null)),
        }
    }

    fn value(&self, key: &Key, value: &Json, new: bool) -> Result<Json, Refusal> {
        let refused = || refused(key);
        match key.kind {
            KeyType::Reference(target) => {
                if let Some(known) = self.reference(key, target, value) {
                    return Ok(known);
                }
                match (value, target) {
                    (Json::Object(said), _) if said.contains_key("id") => Err(Refusal {
                        path: format!("{}.id", key.name),
                        ..refused()
                    }),
                    (Json::Object(said), ReferenceTarget::Family(family)) if key.makes => {
                        self.unmade(key, family, said)
                    }
                    (_, ReferenceTarget::Family(_)) if key.makes => Err(of_type(key, "jsonobject")),
                    _ => Err(refused()),
                }
            }
            KeyType::By(_) => self
                .reference(key, ReferenceTarget::User, value)
                .ok_or_else(refused),
            KeyType::Object(keys) => {
                let object = value.as_object();
                let object = object.ok_or_else(|| of_type(key, "jsonobject"))?;
                let read = self.nested(keys, object);
                read.map_err(|refusal| refusal.below(key.name))
            }
            KeyType::List(keys, most) => {
                let items = value.as_array().ok_or_else(|| of_type(key, "jsonarray"))?;
                if items.len() > most {
                    return Err(refused().with("maximum_length", most));
                }
                let items = items.iter().enumerate();
                let items = items.map(|(n, item)| self.item(key, keys, (n, item), new));
                let items = items.collect::<Result<Vec<Json>, Refusal>>()?;
                match (repeated(keys, &items), keys.iter().find(|k| k.tells_apart)) {
                    // the code is assumed
                    (Some(n), Some(apart)) => {
                        let at = format!("{}[{n}].{}", key.name, apart.name);
                        Err(Refusal::at(at, Code::DUPLICATE_DATA))
                    }
                    _ => Ok(Json::Array(items)),
                }
            }
            _ => plain(key, value),
        }
    }

    /// An item of a list, by its number.
    fn item(
        &self,
        key: &Key,
        keys: &[Key],
        (n, item): (usize, &Json),
        new: bool,
    ) -> Result<Json, Refusal> {
        let at = format!("{}[{n}]", key.name);
        let object = item.as_object().ok_or_else(|| {
            let refusal = Refusal::at(at.as_str(), Code::INVALID_DATA);
            refusal.with("expected_data_type", "jsonobject")
        })?;
        // of one that goes nothing counts but what tells it apart
        let goes = key.merges && !new && goes(item);
        let keys = keys.iter().filter(|key| key.tells_apart || !goes);
        let read = self.nested(keys, object);
        read.map_err(|refusal| refusal.below(&at))
    }

    fn nested<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Key>,
        said: &Map<String, Json>,
    ) -> Result<Json, Refusal> {
        let mut object = Map::new();
        for key in keys {
            if let Some(value) = self.key(key, said.get(key.name), true)? {
                object.insert(key.name.to_owned(), value);
            }
        }
        Ok(Json::Object(object))
    }

    /// What is kept of a reference to an object that is to be made: `{name}`.
    fn unmade(
        &self,
        key: &Key,
        family: &'static Family,
        said: &Map<String, Json>,
    ) -> Result<Json, Refusal> {
        let said = ["name", key.label].iter().find_map(|part| said.get(*part));
        let name = said.filter(|name| !name.is_null()).cloned();
        let made: Map<String, Json> = name
            .map(|name| ("name".to_owned(), name))
            .into_iter()
            .collect();
        let reader = Reader {
            family,
            module: None,
            ..*self
        };
        match reader.read(&made, None) {
            Ok(_) => Ok(Json::Object(made)),
            Err(refusals) => {
                let first = refusals.into_iter().next();
                Err(first.map_or_else(|| refused(key), |refusal| refusal.below(key.name)))
            }
        }
    }

    /// A reference to what is known, as it is kept: an id; of a seed an object that this org may
    /// not know yet.
    fn reference(&self, key: &Key, target: ReferenceTarget, said: &Json) -> Option<Json> {
        let given = ["id", key.label, "name"]
            .into_iter()
            .find_map(|part| said.get(part).filter(|value| !value.is_null()))
            .unwrap_or(said);
        let id = Id::from_json(given);
        let in_family = |family: &Family| {
            let settings = family.of(self.state);
            let found = match id {
                Some(id) => settings.get(id),
                None => settings.named(None, given.as_str()?),
            };
            match found {
                Some(setting) => Some(setting.id.json()),
                // a seed may name what stands further down in it
                None if self.source == Source::Seed && (id.is_some() || said.is_string()) => {
                    Some(given.clone())
                }
                None => None,
            }
        };
        match target {
            ReferenceTarget::Family(family) => in_family(family),
            ReferenceTarget::Own => in_family(self.family),
            // users are loaded after the settings
            ReferenceTarget::User if self.source == Source::Seed => Some(said.clone()),
            ReferenceTarget::User => id
                .filter(|id| self.state.users.get(id).is_some())
                .map(Id::json),
            ReferenceTarget::Module => {
                let by_name = |name: &str| self.state.schema.module(name).map(|m| m.id);
                let by_id = |id: Id| self.state.schema.modules().any(|m| m.id == id);
                let name = said.get("api_name").unwrap_or(given);
                match id {
                    Some(id) => by_id(id).then(|| id.json()),
                    None => by_name(name.as_str()?).map(Id::json),
                }
            }
        }
    }

    /// Another object that has a value.
    fn holder(&self, key: &Key, value: &Json, old: Option<&Setting>) -> Option<Id> {
        let folded = value.as_str().map(fold);
        let same = |kept: &Json| match &folded {
            Some(folded) => kept.as_str().is_some_and(|kept| fold(kept) == *folded),
            None => !value.is_null() && kept == value,
        };
        let settings = self.family.of(self.state);
        if let Some(text) = value.as_str()
            && key.name == self.family.label
            && settings.named(self.module, text).is_none()
        {
            return None;
        }
        let mut others = settings.of_module(self.module).filter(|setting| {
            old.is_none_or(|old| old.id != setting.id)
                && setting.attributes.get(key.name).is_some_and(same)
        });
        others.next().map(|setting| setting.id)
    }
}

/// Whether an item of a list is to go: `_delete` is null in one page, and true in another.
fn goes(item: &Json) -> bool {
    let delete = item.get("_delete");
    delete.is_some_and(|delete| delete.is_null() || *delete == Json::Bool(true))
}

/// Whether two items of a list are the same by the keys that tell them apart. Those without any of
/// these are not: they are new.
fn same(keys: &[Key], a: &Json, b: &Json) -> bool {
    let mut known_by = keys.iter().filter(|key| key.tells_apart);
    let mut named = known_by.clone().filter_map(|key| a.get(key.name));
    named.any(|value| !value.is_null()) && known_by.all(|key| a.get(key.name) == b.get(key.name))
}

/// The number of the first item that is the same as one before it.
fn repeated(keys: &[Key], items: &[Json]) -> Option<usize> {
    let before = |n: usize| items.iter().take(n);
    let mut items = items.iter().enumerate();
    items.position(|(n, item)| {
        keys.iter().any(|key| key.tells_apart) && before(n).any(|other| same(keys, other, item))
    })
}

/// Items of a list with those that a change speaks of, in place of those that are the same by the
/// keys that tell them apart. All others stay.
fn merged(keys: &[Key], kept: &Json, said: &Json, read: &Json) -> Json {
    let mut items: Vec<Json> = kept.as_array().cloned().unwrap_or_default();
    let same = |a: &Json, b: &Json| same(keys, a, b);
    let said = said.as_array().into_iter().flatten();
    for (said, read) in said.zip(read.as_array().into_iter().flatten()) {
        match items.iter().position(|item| same(item, read)) {
            Some(at) if goes(said) => drop(items.remove(at)),
            Some(at) => items[at] = read.clone(),
            None if goes(said) => {}
            None => items.push(read.clone()),
        }
    }
    Json::Array(items)
}

#[cfg(test)]
mod tests;
