//! SettingMap of an org: what it has by families besides records, users and metadata.

use std::ops::Bound;
use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use super::tree::{Tree, Visible};
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::value::fold;

/// The name of the family of tags, which records have.
pub const TAGS: &str = "tags";
/// Families besides tags on whose objects depends what records show: names of territories, and for
/// whom a lock counts.
pub const SHOWN_IN_RECORDS: [&str; 2] = ["territories", "record_locking_configurations"];
/// The key of a tag's colour.
pub const COLOUR: &str = "color_code";

/// One object of a family: a role, a holiday, a tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The id.
    pub id: Id,
    /// The module that it belongs to, in families that are kept by module.
    pub module: Option<ModuleNo>,
    /// The name by which other objects may speak of it.
    pub name: LeanString,
    /// The keys that were set, in the form in which they are kept: references as ids, times in UTC.
    pub attributes: Map<String, Json>,
}

impl Setting {
    /// A textual attribute.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).and_then(Json::as_str)
    }

    fn names(&self) -> NameKey {
        (self.module, fold(&self.name).into(), self.id)
    }
}

impl Visible for Arc<Setting> {
    fn visible(&self) -> bool {
        true
    }
}

type NameKey = (Option<ModuleNo>, LeanString, Id);

/// The settings of a family, by id and by name. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct SettingMap {
    by_id: Tree<Id, Arc<Setting>>,
    by_name: Tree<NameKey, ()>,
}

impl PartialEq for SettingMap {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl SettingMap {
    /// The setting with an id.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&Arc<Setting>> {
        self.by_id.get(&id)
    }

    /// The first setting of a module (`None` in families that are not kept by module) that has a
    /// name, whatever its case.
    #[must_use]
    pub fn named(&self, module: Option<ModuleNo>, name: &str) -> Option<&Arc<Setting>> {
        let name = LeanString::from(fold(name));
        let from = (module, name.clone(), Id(0));
        let (found, ()) = self.by_name.range(Bound::Included(&from)).next()?;
        (found.0 == module && found.1 == name).then(|| self.get(found.2))?
    }

    /// All settings of a module that have a name, whatever its case, by id.
    pub fn all_named<'s>(
        &'s self,
        module: Option<ModuleNo>,
        name: &str,
    ) -> impl Iterator<Item = &'s Arc<Setting>> + use<'s> {
        let name = LeanString::from(fold(name));
        let from = (module, name.clone(), Id(0));
        let found = self.by_name.range(Bound::Included(&from));
        found
            .map(|(key, ())| key)
            .take_while(move |key| key.0 == module && key.1 == name)
            .filter_map(|key| self.get(key.2))
    }

    /// All settings, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Setting>> {
        self.by_id.iter().map(|(_, setting)| setting)
    }

    /// The settings of a module, by id.
    pub fn of_module(&self, module: Option<ModuleNo>) -> impl Iterator<Item = &Arc<Setting>> {
        self.iter().filter(move |setting| setting.module == module)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Stores a setting in place of the one with its id, which it gives back.
    pub(super) fn put(&mut self, setting: Arc<Setting>) -> Option<Arc<Setting>> {
        let names = setting.names();
        let old = self.by_id.insert(setting.id, setting);
        if let Some(old) = &old {
            self.by_name.remove(&old.names());
        }
        self.by_name.insert(names, ());
        old
    }

    /// Takes a setting out.
    pub(super) fn remove(&mut self, id: Id) -> Option<Arc<Setting>> {
        let old = self.by_id.remove(&id)?;
        self.by_name.remove(&old.names());
        Some(old)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(id: u64, module: Option<ModuleNo>, name: &str) -> Setting {
        Setting {
            id: Id(id),
            module,
            name: name.into(),
            attributes: Map::new(),
        }
    }

    #[test]
    fn names_are_found_by_module_and_without_regard_to_case() {
        let mut settings = SettingMap::default();
        for (id, module, name) in [(3, Some(1), "Hot"), (1, Some(2), "hot"), (2, None, "HOT")] {
            settings.put(Arc::new(setting(id, module, name)));
        }
        let id = |module, name| settings.named(module, name).map(|s| s.id.0);
        assert_eq!(id(Some(1), "hOT"), Some(3));
        assert_eq!(id(Some(2), "Hot"), Some(1));
        assert_eq!(id(None, "hot"), Some(2));
        assert_eq!(id(Some(3), "hot"), None);
        assert_eq!(id(Some(1), "ho"), None);
        settings.put(Arc::new(setting(9, Some(1), "HOT")));
        let all = settings.all_named(Some(1), "hot").map(|s| s.id.0);
        assert_eq!(all.collect::<Vec<_>>(), [3, 9]);
    }

    #[test]
    fn a_name_may_stand_twice_and_goes_with_its_setting() {
        let mut settings = SettingMap::default();
        settings.put(Arc::new(setting(1, None, "Labour Day")));
        settings.put(Arc::new(setting(2, None, "Labour Day")));
        settings.remove(Id(1));
        assert_eq!(
            settings.named(None, "labour day").map(|s| s.id),
            Some(Id(2))
        );
        settings.put(Arc::new(setting(2, None, "May Day")));
        assert_eq!(settings.named(None, "labour day"), None);
        assert_eq!(settings.len(), 1);
    }
}
