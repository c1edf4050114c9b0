//! The standard modules, embedded in the binary from `seed-data/schema/`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use lean_string::LeanString;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::features::Features;
use super::made::{custom_module, linking_module, row_module};
use super::spec::{ModuleSpec, PickValue, PickValueSpec};

/// A standard module, as it stands in the binary.
#[derive(Clone, Copy, Debug)]
pub struct Standard {
    /// Its API name.
    pub api_name: &'static str,
    /// The feature of the org without which it is not there.
    when: Option<&'static str>,
    /// Its declaration.
    text: &'static str,
}

impl Standard {
    /// Its declaration.
    ///
    /// # Errors
    /// [`BuiltinError`] never happens in a released binary.
    pub fn spec(&self) -> Result<ModuleSpec, BuiltinError> {
        read(self.api_name, self.text)
    }

    /// Its declaration, changed by a patch.
    ///
    /// # Errors
    /// Why the patch does not fit the form of a module.
    fn patched(&self, patch: Option<&Map<String, Json>>) -> Result<ModuleSpec, String> {
        let Some(patch) = patch else {
            return self.spec().map_err(|error| error.to_string());
        };
        let mut json: Json = read(self.api_name, self.text).map_err(|error| error.to_string())?;
        merge_module(&mut json, patch);
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    /// Whether an org with these features has it.
    #[must_use]
    pub fn is_in(&self, features: &Features) -> bool {
        self.when.is_none_or(|feature| features.has_named(feature))
    }

    /// Whether it has fields, and with them records, told without reading the declaration.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        self.text.contains("\"data_type\"")
    }
}

macro_rules! standard {
    (@when) => { None };
    (@when $feature:literal) => { Some($feature) };
    ($($name:literal $(if $feature:literal)?),* $(,)?) => {
        &[$(Standard {
            api_name: $name,
            when: standard!(@when $($feature)?),
            text: include_str!(concat!("../../seed-data/schema/modules/", $name, ".json")),
        }),*]
    };
}

/// The modules that have records, in the order of the tabs of a fresh org.
const MODULES: &[Standard] = standard![
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
    "Deals_X_Contacts",
    "Campaigns_X_Leads",
    "Campaigns_X_Contacts",
    "Products_X_Price_Books",
    "Products_X_Leads",
    "Products_X_Accounts",
    "Products_X_Contacts",
    "Products_X_Deals",
    "Cases_X_Solutions",
    "Services__s",
    "Appointments__s",
    "Appointments_Rescheduled_History__s",
    "Locking_Information__s",
];

/// The other tabs of an org.
const OTHERS: &[Standard] = standard![
    "Home",
    "Reports",
    "Analytics",
    "SalesInbox",
    "Feeds",
    "Documents",
    "Forecasts",
    "Visits",
    "Social",
    "Google_AdWords",
    "Approvals",
    "Projects",
    "Emails",
    "Email_Sentiment",
    "Email_Analytics",
    "Email_Template_Analytics",
    "Actions_Performed",
    "ShiftHours",
    "Forecast_Quotas",
    "Forecast_Items",
    "Forecast_Groups",
    "Consents",
    "Data_Subject_Requests",
    "Scoring_Rules__s",
    "Entity_Scores__s",
    "Data_Enrichment_Stats__s",
    "Workqueue" if "2025_org",
];

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
    // two halves at once
    let (first, second) = halves();
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| declared(first, patches));
        let second = declared(second, patches);
        let lost = || Err((String::new(), "a thread of the loader has ended".to_owned()));
        (other.join().unwrap_or_else(|_| lost()), second)
    });
    let mut specs = first?;
    specs.extend(second?);
    for other in OTHERS {
        let name = other.api_name;
        let spec = match patches.get(name) {
            Some(patch) if is_custom(name, patch) => {
                custom(name, patch, specs.len(), parent_of(name, patches))
            }
            patch => other.patched(patch),
        };
        specs.push(spec.map_err(|reason| (name.to_owned(), reason))?);
    }
    Ok(specs)
}

/// The declaration of one standard module, changed by a patch; see [`modules`](fn@modules).
///
/// # Errors
/// Why the patch does not fit the form of a module.
pub fn module(api_name: &str, patch: &Map<String, Json>) -> Result<ModuleSpec, String> {
    let found = standard().find(|module| module.api_name == api_name);
    let found = found.ok_or_else(|| "no such module".to_owned())?;
    found.patched(Some(patch))
}

/// The modules with files of their own in two parts with about as much text.
fn halves() -> (&'static [Standard], &'static [Standard]) {
    let text = |modules: &[Standard]| modules.iter().map(|m| m.text.len()).sum::<usize>();
    let middle = (0..MODULES.len()).find(|at| 2 * text(&MODULES[..*at]) >= text(MODULES));
    MODULES.split_at(middle.unwrap_or_default())
}

/// The declarations of some modules, patched.
fn declared(
    modules: &[Standard],
    patches: &BTreeMap<String, Map<String, Json>>,
) -> Result<Vec<ModuleSpec>, (String, String)> {
    let patched = modules.iter().map(|module| {
        let spec = module.patched(patches.get(module.api_name));
        spec.map_err(|reason| (module.api_name.to_owned(), reason))
    });
    patched.collect()
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

/// The custom module that a patch declares, the `number`th of an org. One of rows belongs to the
/// module `parent`.
///
/// # Errors
/// Why the patch does not fit the form of a module.
pub fn custom(
    api_name: &str,
    patch: &Map<String, Json>,
    number: usize,
    parent: Option<&str>,
) -> Result<ModuleSpec, String> {
    let text = |key: &str| patch.get(key).and_then(Json::as_str);
    let label = |key: &str| text(key).unwrap_or(api_name);
    let (singular, plural) = (label("singular_label"), label("plural_label"));
    let mut json = match text("generated_type") {
        Some("subform") => row_module(singular, plural, text("parent_module").or(parent)),
        Some("linking") => linking_module(singular, plural),
        _ => custom_module(singular, plural),
    };
    merge_module(&mut json, patch);
    json["api_name"] = api_name.into();
    if json.get("module_name").is_none() {
        json["module_name"] = format!("CustomModule{number}").into();
    }
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// The module with a subform whose rows `api_name` declares, among those that are said in patches.
#[must_use]
pub fn parent_of<'p>(
    api_name: &str,
    patches: &'p BTreeMap<String, Map<String, Json>>,
) -> Option<&'p str> {
    let holds = |patch: &Map<String, Json>| {
        let fields = patch.get("fields").and_then(Json::as_array);
        let mut fields = fields.into_iter().flatten();
        fields.any(|field| field.get("subform").and_then(Json::as_str) == Some(api_name))
    };
    let found = patches.iter().find(|(_, patch)| holds(patch));
    found.map(|(name, _)| name.as_str())
}

/// Whether a module is a standard one.
#[must_use]
pub fn is_standard(api_name: &str) -> bool {
    standard().any(|module| module.api_name == api_name)
}

/// API names of the standard modules that have records.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|module| module.api_name)
}

/// The standard modules: those that have records, and the other tabs.
pub(super) fn standard() -> impl Iterator<Item = &'static Standard> {
    MODULES.iter().chain(OTHERS)
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

/// Values of picklists that several modules share, by name.
pub type PickLists = BTreeMap<LeanString, Arc<[PickValue]>>;

/// Picklists that several modules share.
///
/// # Errors
/// [`BuiltinError`] never happens in a released binary.
pub fn pick_lists() -> Result<PickLists, BuiltinError> {
    let lists: BTreeMap<LeanString, Vec<PickValueSpec>> = read("picklists", PICK_LISTS)?;
    Ok(lists
        .into_iter()
        .map(|(name, values)| (name, values.into_iter().map(PickValue::from).collect()))
        .collect())
}

/// The picklists of [`pick_lists`], read once.
///
/// # Errors
/// What is wrong with them, which never happens in a released binary.
pub(super) fn shared_pick_lists() -> Result<&'static PickLists, String> {
    static LISTS: OnceLock<Result<PickLists, String>> = OnceLock::new();
    let lists = LISTS.get_or_init(|| pick_lists().map_err(|error| error.to_string()));
    lists.as_ref().map_err(Clone::clone)
}

/// A `$` key of record bodies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordKey {
    /// The key.
    pub key: LeanString,
    /// Its value, or `@name` for one that depends on record or org.
    pub value: Json,
    /// It goes into the map after the fields, not before them (ties seen in recorded bodies).
    #[serde(default)]
    pub after_fields: bool,
    /// Whole records do not show it: it must be asked for.
    #[serde(default)]
    pub on_request: bool,
    /// The feature of the org without which it is not there.
    pub when: Option<LeanString>,
    /// Eras of an org that have it; all when empty.
    #[serde(default)]
    pub eras: Vec<LeanString>,
    /// Versions that have it, as a range.
    pub versions: Option<LeanString>,
    /// Modules that have it; all when empty.
    #[serde(default)]
    pub modules: Vec<LeanString>,
    /// Modules that lack it.
    #[serde(default)]
    pub except: Vec<LeanString>,
}

/// The `$` keys of record bodies, in the order of insertion.
///
/// # Errors
/// [`BuiltinError`] never happens in a released binary.
pub fn record_keys() -> Result<Vec<RecordKey>, BuiltinError> {
    read("record_keys", RECORD_KEYS)
}
