//! Records as JSON, key for key as Zoho writes them.
//!
//! Which keys a record shows, and in which order, depends on the module, the version and what
//! was asked for, not on the record. A [`Plan`] works that out once, down to the bytes of keys
//! and constant values; writing a record is then copying bytes. Plans are memoised, and the text
//! of a record is kept beside it (see [`crate::store::text::Rendered`]).

mod memo;
mod rows;
mod shown;

use std::sync::Arc;

use ecow::EcoString;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::ids::Id;
use crate::schema::builtin::RecordKey;
pub use crate::schema::dollar::dollar_no;
use crate::schema::dollar::keys;
use crate::schema::{Field, FieldNo, Layout, Module, Presence, Slot, Storage};
use crate::store::names::Shown;
use crate::store::{OrgInfo, OrgState, Record, unique};
use crate::value::{self, Value, order, time};
use crate::version::{ApiVersion, Versions};

/// What of a record is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// An item of a list.
    Item,
    /// A record by itself: rows of subforms come along.
    Single,
}

/// How records of one module are written for one kind of request.
#[derive(Debug)]
pub struct Plan {
    id: u64,
    parts: Vec<Part>,
    tz: TimeZone,
    owner_email: bool,
    version: ApiVersion,
    /// Whose names the texts show.
    shown: Shown,
}

#[derive(Debug)]
enum Part {
    /// Bytes that are the same for every record: braces, commas, keys, constant values.
    Text(Vec<u8>),
    /// The value of a field.
    Field(FieldNo),
    /// A `$` key: what the record says, else the constant.
    Dollar(FieldNo, Vec<u8>),
    /// The module of `What_Id`.
    SeModule(FieldNo),
    /// The layout: the field in which a record names its own, what to write for each layout of the
    /// module, the standard one first.
    Layout(Option<FieldNo>, Vec<(Id, Vec<u8>)>),
    /// Whether a lead has been converted.
    Converted,
    /// For each subform, whether rows were left out.
    HasMore,
    /// Line items in the form of v2.
    ProductDetails(FieldNo),
}

fn key_applies(
    key: &RecordKey,
    module: &Module,
    version: ApiVersion,
    org: &OrgInfo,
    era: u16,
) -> bool {
    if org.hides(&key.key) {
        return false;
    }
    let name = &module.spec.api_name;
    let named = |list: &[EcoString]| list.iter().any(|m| m == name);
    let in_era = key.eras.is_empty() || key.eras.iter().any(|e| e.parse() == Ok(era));
    let in_version = key
        .versions
        .as_deref()
        .and_then(Versions::parse)
        .is_none_or(|range| range.contains(version));
    let on = key
        .when
        .as_ref()
        .is_none_or(|feature| org.features.contains(feature));
    // after v2.1 the newest set is shown whatever the era
    (in_era || (!version.shows_classic_system_keys() && key.eras.iter().any(|e| e == "2026")))
        && in_version
        && on
        && (key.modules.is_empty() || named(&key.modules))
        && !named(&key.except)
}

/// The plan for records of `module` under `version`; `fields` is the value of the parameter of
/// that name, or `None` for whole records.
#[must_use]
pub fn plan(
    state: &OrgState,
    module: &Module,
    version: ApiVersion,
    view: View,
    fields: Option<&str>,
) -> Arc<Plan> {
    let user = state.current();
    let key = memo::Key {
        stamp: module.stamp,
        version,
        view,
        fields,
        tz: user.and_then(|user| user.text("time_zone")),
        profile: user.and_then(|user| user.profile),
    };
    memo::plan(&key, || build(state, module, version, view, fields))
}

enum Entry<'a> {
    Key(&'a RecordKey),
    /// A `$` key that the module declares, and its usual value.
    Declared(&'a str, &'a Json),
    Field(&'a Field),
}

impl Entry<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Key(key) => &key.key,
            Self::Declared(key, _) => key,
            Self::Field(field) => field.api_name(),
        }
    }
}

fn build(
    state: &OrgState,
    module: &Module,
    version: ApiVersion,
    view: View,
    fields: Option<&str>,
) -> Plan {
    let era = state.info.era;
    let asked: Option<Vec<&str>> = fields.map(|text| text.split(',').map(str::trim).collect());
    let dollars = keys()
        .iter()
        .filter(|key| key_applies(key, module, version, &state.info, era));
    let mut entries: Vec<Entry<'_>> = match &asked {
        None => dollars.map(Entry::Key).collect(),
        Some(names) => {
            // a key may be asked for even where whole records do not show it
            let mut named: Vec<&RecordKey> = Vec::new();
            for key in keys().iter().filter(|k| names.contains(&k.key.as_str())) {
                let fits = key_applies(key, module, ApiVersion::LATEST, &state.info, 2026)
                    || key_applies(key, module, version, &state.info, era);
                if fits && !named.iter().any(|k| k.key == key.key) {
                    named.push(key);
                }
            }
            named.into_iter().map(Entry::Key).collect()
        }
    };
    for (key, usual) in &module.spec.record_keys {
        let wanted = asked
            .as_ref()
            .is_none_or(|names| names.contains(&key.as_str()));
        if wanted && !entries.iter().any(|entry| entry.name() == key) {
            entries.push(Entry::Declared(key, usual));
        }
    }
    let shows_rows = view == View::Single || version.has_product_details();
    let profile = state.current().and_then(|user| user.profile);
    let hidden = |field: &Field| profile.is_some_and(|p| field.permission(p) == "hidden");
    let mut chosen: Vec<&Field> = module
        .fields
        .iter()
        .filter(|field| !hidden(field))
        .filter(|field| match &asked {
            Some(names) => field.slot == Slot::Id || names.contains(&field.api_name()),
            None => match field.body {
                Presence::Always => true,
                Presence::Never => false,
                Presence::Era(year) => {
                    year == era || (year == 2026 && !version.shows_classic_system_keys())
                }
                Presence::SinceEra(year) => year <= era || !version.shows_classic_system_keys(),
                Presence::Since(from) => version >= from,
            },
        })
        .filter(|field| {
            !matches!(field.kind, Storage::Rows(_)) || (shows_rows && field.exists_in(version))
        })
        .collect();
    // within a bucket: `$` keys, id, fields in the order of the layout
    chosen.sort_by_key(|field| field.slot != Slot::Id);
    if era < 2026 {
        // older bodies have the full name right behind the first name
        let at = |slot: fn(&&Field) -> bool| chosen.iter().position(slot);
        if let (Some(full), Some(first)) = (
            at(|f| f.slot == Slot::FullName),
            at(|f| f.api_name() == "First_Name"),
        ) {
            let field = chosen.remove(full);
            chosen.insert(if full < first { first } else { first + 1 }, field);
        }
    }
    let late = entries
        .iter()
        .filter(|e| matches!(e, Entry::Key(key) if key.after_fields))
        .count();
    entries.sort_by_key(|entry| matches!(entry, Entry::Key(key) if key.after_fields));
    let at = entries.len() - late;
    entries.splice(at..at, chosen.into_iter().map(Entry::Field));
    order::sort(&mut entries, Entry::name);

    let mut parts = Vec::new();
    let mut text = b"{".to_vec();
    for (n, entry) in entries.iter().enumerate() {
        if n > 0 {
            text.push(b',');
        }
        value::write_string(&mut text, entry.name());
        text.push(b':');
        match part(state, module, version, entry) {
            Part::Text(constant) => text.extend(constant),
            other => {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(other);
            }
        }
    }
    text.push(b'}');
    parts.push(Part::Text(text));
    Plan {
        id: unique(),
        shown: shown::of(&parts, module, state),
        parts,
        tz: state.time_zone.clone(),
        owner_email: era >= 2020,
        version,
    }
}

fn part(state: &OrgState, module: &Module, version: ApiVersion, entry: &Entry<'_>) -> Part {
    match entry {
        Entry::Field(field) if field.api_name() == "Product_Details" => {
            let rows = module.line_items();
            rows.map_or_else(
                || Part::Text(b"[]".to_vec()),
                |rows| Part::ProductDetails(rows.no),
            )
        }
        Entry::Field(field) => Part::Field(field.no),
        Entry::Declared(key, usual) => {
            let mut text = Vec::new();
            value::write_json(&mut text, usual);
            Part::Dollar(dollar_no(module, key).unwrap_or(FieldNo::MAX), text)
        }
        Entry::Key(key) => {
            let constant = |json: Json| {
                let mut text = Vec::new();
                value::write_json(&mut text, &order::sorted(json));
                text
            };
            let no = dollar_no(module, &key.key).unwrap_or(FieldNo::MAX);
            match key.value.as_str() {
                Some("@currency_symbol") => {
                    let symbol = state.info.attributes.get("currency_symbol").cloned();
                    Part::Text(constant(symbol.unwrap_or_else(|| "$".into())))
                }
                Some("@layout_id" | "@layout") => {
                    let labelled = version.shows_classic_system_keys() || key.value == "@layout_id";
                    let text = |layout: &Layout| {
                        let (name, id) = (layout.name(), layout.id.to_string());
                        constant(if labelled {
                            serde_json::json!({"display_label": name, "name": name, "id": id})
                        } else {
                            serde_json::json!({"name": name, "id": id})
                        })
                    };
                    let layouts = module.layouts.iter();
                    let mut texts: Vec<_> = layouts.map(|l| (l.id, text(l))).collect();
                    match texts.len() {
                        0 => Part::Text(b"null".to_vec()),
                        1 => Part::Text(texts.remove(0).1),
                        _ => Part::Layout(module.field("Layout").map(|field| field.no), texts),
                    }
                }
                Some("@se_module") => {
                    let field = module
                        .field("What_Id")
                        .or_else(|| module.field("Parent_Id"));
                    field.map_or_else(|| Part::Text(b"null".to_vec()), |f| Part::SeModule(f.no))
                }
                Some("@converted") => Part::Converted,
                Some("@converted_detail") => Part::Dollar(no, b"{}".to_vec()),
                Some("@has_more") => Part::HasMore,
                Some("@line_tax") => Part::Dollar(no, b"[]".to_vec()),
                Some("@followed") => Part::Dollar(no, b"false".to_vec()),
                Some("@taxable") => Part::Dollar(no, b"true".to_vec()),
                Some(computed) if computed.starts_with('@') => Part::Dollar(no, b"null".to_vec()),
                _ => Part::Dollar(no, constant(key.value.clone())),
            }
        }
    }
}

impl Plan {
    /// Appends a record's JSON.
    pub fn write(&self, record: &Record, module: &Module, state: &OrgState, out: &mut Vec<u8>) {
        let epoch = state.names.epoch(module.no, &self.shown);
        if record.rendered.copy_to(self.id, epoch, out) {
            return;
        }
        let from = out.len();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Field(no) => {
                    self.write_field(record, module.field_at(*no), module, state, out)
                }
                Part::Dollar(no, default) => match record.stored(*no) {
                    Some(value) => self.write_value(value, state, out),
                    None => out.extend_from_slice(default),
                },
                Part::SeModule(no) => match record.stored(*no) {
                    Some(Value::Lookup(target, _)) => {
                        value::write_string(out, state.schema.module_at(*target).api_name());
                    }
                    _ => out.extend_from_slice(b"null"),
                },
                Part::Layout(field, texts) => {
                    let named = field.and_then(|no| match record.stored(no)? {
                        Value::Json(json) => json.get("id").and_then(Id::from_json),
                        _ => None,
                    });
                    let own = texts.iter().find(|(id, _)| Some(*id) == named);
                    if let Some((_, text)) = own.or(texts.first()) {
                        out.extend_from_slice(text);
                    }
                }
                Part::Converted => {
                    out.extend_from_slice(if record.converted { b"true" } else { b"false" })
                }
                Part::HasMore => {
                    out.push(b'{');
                    let subforms = module.fields.iter().filter(|f| {
                        matches!(f.kind, Storage::Rows(Some(_))) && f.exists_in(self.version)
                    });
                    for (n, field) in subforms.enumerate() {
                        if n > 0 {
                            out.push(b',');
                        }
                        value::write_string(out, field.api_name());
                        out.extend_from_slice(b":false");
                    }
                    out.push(b'}');
                }
                Part::ProductDetails(no) => {
                    rows::write_product_details(
                        record.stored(*no),
                        module.field_at(*no),
                        state,
                        out,
                    );
                }
            }
        }
        if self.knows_names(record) {
            record.rendered.keep(self.id, epoch, &out[from..]);
        }
    }

    fn write_field(
        &self,
        record: &Record,
        field: &Field,
        module: &Module,
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        match (&field.kind, field.slot) {
            (Storage::Id, _) => write_id(record.id, out),
            (Storage::Tags, _) => {
                let tags = record.stored(field.no);
                rows::write_tags(tags, module.no, self.version, state, out);
            }
            (Storage::Rows(Some(rows)), _) => {
                rows::write_rows(record, field, module, *rows, self, state, out);
            }
            (Storage::Rows(None), _) => out.extend_from_slice(b"[]"),
            (Storage::BigInt, Slot::Stored) => match record.stored(field.no) {
                Some(Value::Int(number)) => value::write_string(out, &number.to_string()),
                Some(other) => self.write_value(other, state, out),
                None => out.extend_from_slice(b"null"),
            },
            (Storage::MultiPicklist, Slot::Stored) if record.stored(field.no).is_none() => {
                out.extend_from_slice(if field.spec.api_name == "Tax" {
                    b"[]"
                } else {
                    b"null"
                });
            }
            (Storage::Lookup(_), _)
                if field.api_name() == "Parent_Id"
                    // attachments name their parent's module beside it (captured v8)
                    && module.api_name() == "Notes"
                    && self.version.note_parent_has_module() =>
            {
                rows::write_parent(record.stored(field.no), state, out);
            }
            (Storage::User, Slot::Owner | Slot::CreatedBy | Slot::ModifiedBy)
            | (_, Slot::Stored) => {
                record.with(field, module, |value| self.write_value(value, state, out));
            }
            _ => record.with(field, module, |value| self.write_value(value, state, out)),
        }
    }

    fn write_value(&self, value: &Value, state: &OrgState, out: &mut Vec<u8>) {
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Double(number) => number.write(out),
            Value::Text(text) => value::write_string(out, text),
            Value::Date(days) => {
                out.push(b'"');
                time::write_date(out, *days);
                out.push(b'"');
            }
            Value::DateTime(seconds) => {
                out.push(b'"');
                time::write_datetime(out, *seconds, &self.tz);
                out.push(b'"');
            }
            Value::Lookup(module, id) => match state.record_name(*module, *id) {
                Some(name) => write_reference(&name, *id, out),
                // the target is gone
                None => out.extend_from_slice(b"null"),
            },
            Value::User(id) => {
                let Some(user) = state.users.get(id) else {
                    out.extend_from_slice(b"null");
                    return;
                };
                out.extend_from_slice(b"{\"name\":");
                value::write_string(out, &user.full_name());
                out.extend_from_slice(b",\"id\":");
                write_id(*id, out);
                if self.owner_email {
                    out.extend_from_slice(b",\"email\":");
                    match user.text("email") {
                        Some(email) => value::write_string(out, email),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                out.push(b'}');
            }
            Value::List(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    value::write_string(out, item);
                }
                out.push(b']');
            }
            Value::Rows(_) => out.extend_from_slice(b"[]"),
            Value::Json(json) => value::write_json(out, json),
        }
    }
}

/// Appends `"id"`.
pub fn write_id(id: Id, out: &mut Vec<u8>) {
    out.push(b'"');
    id.write(out);
    out.push(b'"');
}

/// Appends `{"name":…,"id":…}`.
pub fn write_reference(name: &str, id: Id, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"name\":");
    value::write_string(out, name);
    out.extend_from_slice(b",\"id\":");
    write_id(id, out);
    out.push(b'}');
}

/// A user as success details show it: name and id.
#[must_use]
pub fn user_reference(state: &OrgState, id: Id) -> Json {
    serde_json::json!({"name": state.user_name(id), "id": id.to_string()})
}
