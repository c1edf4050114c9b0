//! The standard modules, embedded in the binary from `seed-data/schema/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ecow::EcoString;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::spec::{ModuleSpec, PickValue, PickValueSpec};

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        /// API name and declaration of every module that has a file of its own.
        const MODULES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../seed-data/schema/modules/", $name, ".json")))),*
        ];
    };
}

// in the order of the tabs of a fresh org
modules![
    "Leads",
    "Contacts",
    "Accounts",
    "Deals",
    "Tasks",
    "Events",
    "Calls",
    "Products",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
    "Campaigns",
    "Vendors",
    "Price_Books",
    "Cases",
    "Solutions",
    "Notes",
    "Attachments",
    "Quoted_Items",
    "Ordered_Items",
    "Purchase_Items",
    "Invoiced_Items",
    "DealHistory",
    "Activities",
];

const OTHERS: &str = include_str!("../../seed-data/schema/other_modules.json");
const PICK_LISTS: &str = include_str!("../../seed-data/schema/picklists.json");
const RECORD_KEYS: &str = include_str!("../../seed-data/schema/record_keys.json");

/// What is wrong with an embedded file: a defect of this crate, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("embedded {file}: {source}")]
pub struct BuiltinError {
    file: &'static str,
    source: serde_json::Error,
}

fn read<'a, T: Deserialize<'a>>(file: &'static str, text: &'a str) -> Result<T, BuiltinError> {
    serde_json::from_str(text).map_err(|source| BuiltinError { file, source })
}

/// The declarations of the standard modules, each changed by the patch of its name.
///
/// A patch is a module object whose keys replace those of the declaration; its `fields`,
/// `related_lists`, `custom_views` and `layouts` replace, key by key, the entries of the same name,
/// and add the others. A tab without records that becomes a custom module keeps its place; what the
/// patches name besides standard modules is left to the caller.
///
/// # Errors
/// With the module's name if a patch does not fit the form of a module.
pub fn modules(
    patches: &BTreeMap<String, Map<String, Json>>,
) -> Result<Vec<ModuleSpec>, (String, String)> {
    // most of the time it takes to start goes into this: two halves at once
    let (first, second) = MODULES.split_at(MODULES.len() / 3);
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| declared(first, patches));
        let second = declared(second, patches);
        let lost = || Err((String::new(), "a thread of the loader has ended".to_owned()));
        (other.join().unwrap_or_else(|_| lost()), second)
    });
    let mut specs = first?;
    specs.extend(second?);
    let read_others = |error: BuiltinError| ("other_modules".to_owned(), error.to_string());
    if other_names().iter().all(|name| !patches.contains_key(name)) {
        specs.extend(read::<Vec<ModuleSpec>>("other_modules", OTHERS).map_err(read_others)?);
        return Ok(specs);
    }
    for mut json in read::<Vec<Json>>("other_modules", OTHERS).map_err(read_others)? {
        let name = json
            .get("api_name")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned();
        match patches.get(&name) {
            Some(patch) if is_custom(&name, patch) => {
                let spec = custom(&name, patch, specs.len());
                specs.push(spec.map_err(|reason| (name, reason))?);
                continue;
            }
            Some(patch) => merge_module(&mut json, patch),
            None => {}
        }
        specs.push(serde_json::from_value(json).map_err(|e| (name, e.to_string()))?);
    }
    Ok(specs)
}

/// The declaration of one standard module, changed by a patch; see [`modules`](fn@modules).
///
/// # Errors
/// Why the patch does not fit the form of a module.
pub fn module(api_name: &str, patch: &Map<String, Json>) -> Result<ModuleSpec, String> {
    let own = MODULES.iter().find(|(name, _)| *name == api_name);
    let mut json: Json = match own {
        Some((name, text)) => read(name, text).map_err(|e| e.to_string())?,
        None => {
            let others: Vec<Json> = read("other_modules", OTHERS).map_err(|e| e.to_string())?;
            let named = |json: &Json| json.get("api_name").and_then(Json::as_str) == Some(api_name);
            let found = others.into_iter().find(named);
            found.ok_or_else(|| "no such module".to_owned())?
        }
    };
    merge_module(&mut json, patch);
    serde_json::from_value(json).map_err(|e| e.to_string())
}

/// The declarations of some modules, patched.
fn declared(
    modules: &[(&'static str, &'static str)],
    patches: &BTreeMap<String, Map<String, Json>>,
) -> Result<Vec<ModuleSpec>, (String, String)> {
    modules
        .iter()
        .map(|(name, text)| {
            let failed = |reason: String| ((*name).to_owned(), reason);
            let Some(patch) = patches.get(*name) else {
                return read(name, text).map_err(|e| failed(e.to_string()));
            };
            let mut json: Json = read(name, text).map_err(|e| failed(e.to_string()))?;
            merge_module(&mut json, patch);
            serde_json::from_value(json).map_err(|e| failed(e.to_string()))
        })
        .collect()
}

/// Whether a patch declares a custom module: one of a new name, or of the name of a tab without
/// records (`Projects`) to which it gives labels or fields of its own.
#[must_use]
pub fn is_custom(api_name: &str, patch: &Map<String, Json>) -> bool {
    let own = ["fields", "singular_label", "plural_label"]
        .iter()
        .any(|key| patch.contains_key(*key));
    !is_standard(api_name) || (own && !names().any(|name| name == api_name))
}

/// The custom module that a patch declares, the `number`th of an org.
///
/// # Errors
/// Why the patch does not fit the form of a module.
pub fn custom(
    api_name: &str,
    patch: &Map<String, Json>,
    number: usize,
) -> Result<ModuleSpec, String> {
    let label = |key: &str| patch.get(key).and_then(Json::as_str).unwrap_or(api_name);
    let mut json = custom_module(label("singular_label"), label("plural_label"));
    merge_module(&mut json, patch);
    json["api_name"] = api_name.into();
    if json.get("module_name").is_none() {
        json["module_name"] = format!("CustomModule{number}").into();
    }
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// Whether a module is a standard one.
#[must_use]
pub fn is_standard(api_name: &str) -> bool {
    MODULES.iter().any(|(name, _)| *name == api_name)
        || other_names().iter().any(|name| name == api_name)
}

/// API names of the standard modules that have records.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}

fn other_names() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let others: Vec<Json> = serde_json::from_str(OTHERS).unwrap_or_default();
        others
            .iter()
            .filter_map(|m| m.get("api_name")?.as_str().map(str::to_owned))
            .collect()
    })
}

/// Applies a patch; see `modules`.
pub fn merge_module(module: &mut Json, patch: &Map<String, Json>) {
    let Json::Object(module) = module else { return };
    for (key, value) in patch {
        match (key.as_str(), value) {
            ("fields" | "related_lists" | "custom_views" | "layouts", Json::Array(entries)) => {
                let identity = match key.as_str() {
                    "custom_views" | "layouts" => "name",
                    _ => "api_name",
                };
                let list = module.entry(key).or_insert_with(|| Json::Array(Vec::new()));
                if let Json::Array(list) = list {
                    merge_list(list, entries, identity);
                }
            }
            ("layout" | "attributes" | "record_keys", Json::Object(more)) => {
                let target = module
                    .entry(key)
                    .or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(target) = target {
                    target.extend(more.clone());
                }
            }
            _ => {
                module.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Applies the entries of a patch to a list: those that have the name of one in it change that one,
/// the others are added. `identity` is the key of the name.
pub(super) fn merge_list(list: &mut Vec<Json>, entries: &[Json], identity: &str) {
    let named = |entry: &Json| entry.get(identity).map(Json::to_string);
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (at, old) in list.iter().enumerate() {
        if let Some(name) = named(old) {
            places.entry(name).or_insert(at);
        }
    }
    for entry in entries {
        let end = list.len();
        let place = named(entry).map(|name| *places.entry(name).or_insert(end));
        let known = place.and_then(|at| list.get_mut(at));
        match (known, entry) {
            (Some(Json::Object(old)), Json::Object(new)) => old.extend(new.clone()),
            (None, Json::Object(new))
                if identity == "api_name" && new.contains_key("data_type") =>
            {
                let mut field = new.clone();
                field.entry("custom_field").or_insert(Json::Bool(true));
                list.push(Json::Object(field));
            }
            _ => list.push(entry.clone()),
        }
    }
}

/// Picklists that several modules share.
///
/// # Errors
/// [`BuiltinError`] never happens in a released binary.
pub fn pick_lists() -> Result<BTreeMap<EcoString, Vec<PickValue>>, BuiltinError> {
    let lists: BTreeMap<EcoString, Vec<PickValueSpec>> = read("picklists", PICK_LISTS)?;
    Ok(lists
        .into_iter()
        .map(|(name, values)| (name, values.into_iter().map(PickValue::from).collect()))
        .collect())
}

/// The picklists of [`pick_lists`], read once.
///
/// # Errors
/// What is wrong with them, which never happens in a released binary.
pub(super) fn shared_pick_lists() -> Result<&'static BTreeMap<EcoString, Vec<PickValue>>, String> {
    static LISTS: OnceLock<Result<BTreeMap<EcoString, Vec<PickValue>>, String>> = OnceLock::new();
    let lists = LISTS.get_or_init(|| pick_lists().map_err(|error| error.to_string()));
    lists.as_ref().map_err(Clone::clone)
}

/// A `$` key of record bodies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKey {
    /// The key.
    pub key: EcoString,
    /// Its value, or `@name` for one that depends on record or org.
    pub value: Json,
    /// It goes into the map after the fields, not before them (ties seen in recorded bodies).
    #[serde(default)]
    pub after_fields: bool,
    /// The feature of the org without which it is not there.
    pub when: Option<EcoString>,
    /// Eras of an org that have it; all when empty.
    #[serde(default)]
    pub eras: Vec<EcoString>,
    /// Versions that have it, as a range.
    pub versions: Option<EcoString>,
    /// Modules that have it; all when empty.
    #[serde(default)]
    pub modules: Vec<EcoString>,
    /// Modules that lack it.
    #[serde(default)]
    pub except: Vec<EcoString>,
}

/// The `$` keys of record bodies, in the order of insertion.
///
/// # Errors
/// [`BuiltinError`] never happens in a released binary.
pub fn record_keys() -> Result<Vec<RecordKey>, BuiltinError> {
    read("record_keys", RECORD_KEYS)
}

/// The properties that every custom module has besides its own fields.
fn custom_module(singular: &str, plural: &str) -> Json {
    let field = |api_name: &str, label: &str, data_type: &str, more: Json| {
        let mut field = Map::new();
        field.insert("api_name".into(), api_name.into());
        field.insert("field_label".into(), label.into());
        field.insert("data_type".into(), data_type.into());
        if let Json::Object(more) = more {
            field.extend(more);
        }
        Json::Object(field)
    };
    let section = "INF";
    serde_json::json!({
        "singular_label": singular, "plural_label": plural,
        "generated_type": "custom", "creatable": true, "editable": true, "deletable": true,
        "viewable": true, "api_supported": true, "show_as_tab": true, "quick_create": true,
        "global_search_supported": true, "isBlueprintSupported": true, "lookupable": true,
        "presence_sub_menu": true, "recycle_bin_on_delete": true, "visibility": 1, "status": "visible",
        "display_field": "Name", "duplicate_check_field": "Name",
        "search_layout_fields": ["Name", "Owner"], "related_list_fields": ["Name", "Owner"],
        "layout": {"sections": [{"key": section, "api_name": format!("{singular} Information"),
            "display_label": format!("{singular} Information"), "column_count": 2}]},
        "fields": [
            field("Name", &format!("{singular} Name"), "text", serde_json::json!({"length": 120, "system_mandatory": true, "view": "VCEQ", "section": section, "sequence": 1})),
            field("Owner", &format!("{singular} Owner"), "ownerlookup", serde_json::json!({"field_read_only": true, "view": "VCE-", "flags": "sfobw", "section": section, "sequence": 2})),
            field("Email", "Email", "email", serde_json::json!({"section": section, "sequence": 3})),
            field("Secondary_Email", "Secondary Email", "email", serde_json::json!({"section": section, "sequence": 4})),
            field("Created_By", "Created By", "ownerlookup", serde_json::json!({"ui_type": 20, "view": "V---", "flags": "sfobw", "section": section, "sequence": 5})),
            field("Modified_By", "Modified By", "ownerlookup", serde_json::json!({"ui_type": 20, "view": "V---", "flags": "sfobw", "section": section, "sequence": 6})),
            field("Created_Time", "Created Time", "datetime", serde_json::json!({"ui_type": 200, "view": "V---", "flags": "sfow", "section": section, "sequence": 7})),
            field("Modified_Time", "Modified Time", "datetime", serde_json::json!({"ui_type": 200, "view": "V---", "flags": "sfow", "section": section, "sequence": 8})),
            field("Last_Activity_Time", "Last Activity Time", "datetime", serde_json::json!({"ui_type": 786, "field_read_only": true, "view": "V---", "flags": "sfow", "section": section, "sequence": 9})),
            field("Email_Opt_Out", "Email Opt Out", "boolean", serde_json::json!({"default": false, "section": section, "sequence": 10})),
            field("Tag", "Tag", "text", serde_json::json!({"json_type": "jsonarray", "length": 2000, "ui_type": 209, "view": "V---", "flags": "sfw", "section": section, "sequence": 11})),
            field("Record_Image", &format!("{singular} Image"), "profileimage", serde_json::json!({"view": "VCE-", "flags": ""})),
            field("id", "Record Id", "bigint", serde_json::json!({"ui_type": 52, "read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow"})),
            field("Locked__s", "Locked", "boolean", serde_json::json!({"read_only": true, "field_read_only": true, "view": "----", "flags": "sfo", "default": false, "body": "2026", "since": "v5"})),
            field("Unsubscribed_Mode", "Unsubscribed Mode", "picklist", serde_json::json!({"read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow", "since": "v5", "pick_list": "Unsubscribed_Mode"})),
            field("Unsubscribed_Time", "Unsubscribed Time", "datetime", serde_json::json!({"read_only": true, "field_read_only": true, "view": "V---", "flags": "sfow", "since": "v5"})),
            field("Record_Status__s", "Record Status", "picklist", serde_json::json!({"read_only": true, "field_read_only": true, "view": "----", "flags": "f", "default": "Available", "body": "v6", "since": "v6", "pick_list": "Record_Status__s"})),
        ],
        "related_lists": [
            {"sequence_number": 1, "api_name": "Notes", "display_label": "Notes", "module": "Notes", "link": {"field": "Parent_Id"}},
            {"sequence_number": 2, "api_name": "Attachments", "display_label": "Attachments", "module": "Attachments", "link": {"field": "Parent_Id"}},
            {"sequence_number": 3, "api_name": "Emails", "display_label": "Emails", "module": "Emails", "href": null},
            {"sequence_number": 6, "api_name": "Tasks", "display_label": "Open Tasks", "module": "Tasks", "since": "v3", "link": {"field": "What_Id"}},
            {"sequence_number": 7, "api_name": "Events", "display_label": "Open Meetings", "module": "Events", "since": "v3", "link": {"field": "What_Id"}},
            {"sequence_number": 8, "api_name": "Calls", "display_label": "Open Calls", "module": "Calls", "since": "v3", "link": {"field": "What_Id"}},
            {"sequence_number": 9, "api_name": "Tasks_History", "display_label": "Closed Tasks", "module": "Tasks", "since": "v3", "link": {"field": "What_Id"}},
            {"sequence_number": 10, "api_name": "Events_History", "display_label": "Closed Meetings", "module": "Events", "since": "v3", "link": {"field": "What_Id"}},
            {"sequence_number": 11, "api_name": "Calls_History", "display_label": "Closed Calls", "module": "Calls", "since": "v3", "link": {"field": "What_Id"}},
        ],
        "custom_views": [
            {"name": format!("All {plural}"), "system_name": "ALLVIEWS", "default": true, "fields": ["Name", "Owner"]},
            {"name": format!("My {plural}"), "system_name": "MYVIEWS", "fields": ["Name"],
             "criteria": {"field": "Owner", "comparator": "equal", "value": "${CURRENTUSER}"}},
            {"name": format!("Recently Created {plural}"), "system_name": "RECENTLYCREATED", "fields": ["Name", "Owner"],
             "criteria": {"field": "Created_Time", "comparator": "less_equal", "value": "${AGEINDAYS}+31"}},
            {"name": format!("Recently Modified {plural}"), "system_name": "RECENTLYMODIFIED", "fields": ["Name", "Owner"],
             "criteria": {"field": "Modified_Time", "comparator": "less_equal", "value": "${AGEINDAYS}+31"}},
        ],
    })
}
