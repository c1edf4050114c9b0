//! Custom views.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Loader, module_names, whole_id};
use crate::ids::Id;
use crate::schema::{Module, View, ViewSpec};
use crate::seed::format::{Located, OfModule};
use crate::seed::problem::unknown;
use crate::store::Tx;

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
