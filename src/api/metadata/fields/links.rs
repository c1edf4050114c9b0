//! What a field says of the records or users that it links.

use serde_json::{Value as Json, json};

use super::object::Renderer;
use crate::api::settings;
use crate::schema::{Field, Linked, Storage};

impl Renderer<'_> {
    /// `multiselectlookup` of a field, or `multiuserlookup` with `Linked::User`: the module of the
    /// pairs, its two lookups, and the module that they lead to. What no seed declares is not known.
    pub(super) fn links(&self, field: &Field, users: bool) -> Json {
        let Storage::Links(linked) = field.kind else {
            return json!({});
        };
        let lookup = field.spec.lookup.as_ref();
        let name = lookup.and_then(|lookup| lookup.linking_module.as_deref());
        let (Some(lookup), Some(name)) = (lookup, name) else {
            return json!({});
        };
        if users != (linked == Linked::User) {
            return json!({});
        }
        let module = |name: &str| {
            if self.version.linked_modules_are_names() {
                name.into()
            } else {
                settings::module_reference(self.state, name)
            }
        };
        let connected = match linked {
            Linked::Record(no) => module(self.state.schema.module_at(no).api_name()),
            Linked::User => Json::Null,
        };
        // the lookup of the linking module that leads back to this one
        let linking = self.state.schema.module(name);
        let back = linking.and_then(|linking| {
            let mut fields = linking.fields.iter();
            fields.find(|f| {
                f.kind == Storage::Lookup(Some(self.module.no)) && f.api_name() != field.link_key()
            })
        });
        json!({
            "display_label": lookup.label.as_deref(),
            "linking_module": module(name),
            "lookup_apiname": back.map(Field::api_name),
            "connected_module": connected,
            "api_name": lookup.relation.as_deref(),
            "connectedfield_apiname": null,
            "connectedlookup_apiname": field.link_key(),
            "id": null,
        })
    }
}
