//! What belongs to modules besides records: custom views, and tags.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Loader, module_names, whole_id};
use crate::ids::Id;
use crate::schema::{Module, View, ViewSpec};
use crate::seed::format::{Located, OfModule};
use crate::seed::unknown;
use crate::store::{Tag, Tx};

/// Keys of a tag.
const TAG_KEYS: [&str; 3] = ["id", "name", "color_code"];

impl Loader<'_> {
    fn module_of(&mut self, tx: &Tx, list: &OfModule) -> Option<Arc<Module>> {
        let schema = Arc::clone(&tx.state().schema);
        let module = schema.module(&list.module).filter(|m| !m.fields.is_empty());
        if module.is_none() {
            let reason = unknown("module", &list.module, module_names(&schema));
            self.problem_at(&list.file, list.path.clone(), reason);
        }
        module.cloned()
    }

    /// Tags, by module. One that the module has keeps its id.
    pub(super) fn tags(&mut self, tx: &mut Tx) {
        let document = self.document;
        for list in &document.tags {
            let Some(module) = self.module_of(tx, list) else {
                continue;
            };
            for at in &list.items {
                self.tag(tx, &module, at);
            }
        }
    }

    fn tag(&mut self, tx: &mut Tx, module: &Module, at: &Located) {
        let strange = at
            .object
            .keys()
            .filter(|key| !TAG_KEYS.contains(&key.as_str()));
        for key in strange {
            self.problem(at, key, unknown("key", key, TAG_KEYS));
        }
        let name = at.object.get("name").and_then(Json::as_str);
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return self.problem(at, "name", "a name is needed");
        };
        let colour = match at.object.get("color_code") {
            None | Some(Json::Null) => None,
            Some(Json::String(colour)) => Some(colour.as_str().into()),
            Some(_) => return self.problem(at, "color_code", "must be a text"),
        };
        let given = match at.object.get("id") {
            None => None,
            Some(id) => match whole_id(id) {
                Some(id) => Some(id),
                None => return self.problem(at, "id", format!("{id} is no id")),
            },
        };
        let known = tx.state().tags.get(module.no, name);
        let known = known.map(|tag| tag.id);
        let id = match (known, given) {
            (Some(known), Some(given)) if known != given => {
                let reason = format!("another tag of the name \"{name}\" has the id {known}");
                return self.problem(at, "id", reason);
            }
            (known, given) => known.or(given).unwrap_or_else(|| tx.next_id()),
        };
        let name = name.into();
        tx.put_tag(module.no, Tag { id, name, colour });
    }

    /// Lists of custom views, each in place of all views that its module has.
    pub(super) fn views(&mut self, tx: &mut Tx) {
        let document = self.document;
        for list in &document.views {
            let Some(module) = self.module_of(tx, list) else {
                continue;
            };
            let mut views: Vec<View> = Vec::with_capacity(list.items.len());
            for at in &list.items {
                if let Some(view) = self.view(tx, &module, at) {
                    if views.iter().any(|known| known.id == view.id) {
                        self.problem(at, "id", format!("another view has the id {}", view.id));
                    }
                    views.push(view);
                }
            }
            tx.set_views(&module, views);
        }
    }

    fn view(&mut self, tx: &mut Tx, module: &Module, at: &Located) -> Option<View> {
        let mut object = at.object.clone();
        let given = object.shift_remove("id");
        let made = match object.shift_remove("made") {
            None => Map::new(),
            Some(Json::Object(made)) => made,
            Some(_) => {
                self.problem(at, "made", "must be an object");
                return None;
            }
        };
        let mut spec = match serde_json::from_value::<ViewSpec>(Json::Object(object)) {
            Ok(spec) => spec,
            Err(error) => {
                self.problem(at, "", error.to_string());
                return None;
            }
        };
        if spec.name.is_empty() {
            self.problem(at, "name", "a name is needed");
        }
        spec.made = made;
        let id = match &given {
            Some(id) => whole_id(id).or_else(|| {
                self.problem(at, "id", format!("{id} is no id"));
                None
            })?,
            None => known_view(module, &spec).unwrap_or_else(|| tx.next_id()),
        };
        Some(View { id, spec })
    }
}

/// The id of the view that a module has under the name.
fn known_view(module: &Module, spec: &ViewSpec) -> Option<Id> {
    let known = module.views.iter().find(|view| view.spec.name == spec.name);
    known.map(|view| view.id)
}
