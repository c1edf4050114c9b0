//! What tags do beyond being settings: their names and colours, and the records that have them.

use std::sync::Arc;

use lean_string::LeanString;

use super::family::SettingChange;
use super::refusal::Refusal;
use crate::error::{Code, Row};
use crate::schema::{Field, Module, ModuleNo, Storage};
use crate::store::index::hash_text;
use crate::store::setting::{COLOUR, TAGS};
use crate::store::{OrgState, Record, Setting, Tx};
use crate::value::{Value, equals_folded, fold};
use crate::version::ApiVersion;

/// The colours that versions before v8 take (page of v7).
const COLOURS: [&str; 13] = [
    "#F17574", "#F48435", "#E7A826", "#A8C026", "#63C57E", "#1DB9B4", "#57B1FD", "#879BFC",
    "#D297EE", "#FD87BD", "#969696", "#658BA8", "#B88562",
];

/// Letters of a tag's name.
pub const MOST_LETTERS: usize = 25;
/// Tags of a record (pages of all versions: Enterprise and above).
pub const MOST_OF_RECORD: usize = 10;
/// Tags of a module.
pub const MOST_OF_MODULE: usize = 500;

const NO_COLOUR: Code = Code::of(&Row::invalid("The colour is not supported"));
/// Characters that a name, or a colour of newer versions, cannot have (newer description of v8).
pub const SPECIAL: Code = Code::of(&Row::invalid("special characters found in the given name"));
/// An id that no tag has.
pub const NO_TAGS: Code = Code::of(&Row::invalid("tags not found"));
/// One more tag than a module may have.
pub const TOO_MANY_TAGS: Code = Code::of(&Row::new(
    "LICENSE_LIMIT_EXCEEDED",
    400,
    "tags edition limit exceeded",
));

/// Whether a name has none of the characters that names cannot have.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    !name.contains(['<', '>', ','])
}

/// Whether a tag can have a name and a colour. The name may be that of a tag that there is.
///
/// # Errors
/// `INVALID_DATA` about `name` or `color_code`.
pub fn check_tag(name: &str, colour: Option<&str>, version: ApiVersion) -> Result<(), Refusal> {
    if name.chars().count() > MOST_LETTERS {
        let refusal = Refusal::at("name", Code::INVALID_DATA);
        return Err(refusal.with("maximum_length", MOST_LETTERS));
    }
    if !is_plain(name) {
        return Err(Refusal::at("name", SPECIAL));
    }
    match colour {
        Some(colour) if !is_colour(colour, version) => Err(Refusal::at(COLOUR, no_colour(version))),
        _ => Ok(()),
    }
}

/// Whether a version takes a colour: one of a list, in newer versions any (captures of v8).
fn is_colour(colour: &str, version: ApiVersion) -> bool {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    let hex = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let mut listed = COLOURS.iter();
    let mut is_listed = || listed.any(|known| known.eq_ignore_ascii_case(colour));
    hex && (version.tags_have_any_colour() || is_listed())
}

fn no_colour(version: ApiVersion) -> Code {
    if version.tags_have_any_colour() {
        SPECIAL
    } else {
        NO_COLOUR
    }
}

/// A colour is one that the version takes, or the one that the tag has.
///
/// # Errors
/// `INVALID_DATA` about another one.
pub fn check_colour(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let colour = change.new.and_then(|new| new.text(COLOUR));
    let (Some(colour), Some(version)) = (colour, change.source.version()) else {
        return Ok(());
    };
    let kept = change.old.and_then(|old| old.text(COLOUR)) == Some(colour);
    if kept || is_colour(colour, version) {
        Ok(())
    } else {
        Err(Refusal::at(COLOUR, no_colour(version)))
    }
}

/// The field of a module that holds the tags of its records.
#[must_use]
pub fn tag_field(module: &Module) -> Option<&Field> {
    let mut fields = module.fields.iter();
    fields.find(|field| field.kind == Storage::Tags)
}

/// The names of a record's tags, in their order.
#[must_use]
pub fn names_of<'r>(record: &'r Record, field: &Field) -> &'r [LeanString] {
    match record.stored(field.no) {
        Some(Value::List(names)) => names,
        _ => &[],
    }
}

/// The records of a module that have a tag, converted ones too, the oldest first.
#[must_use]
pub fn tagged(state: &OrgState, module: &Module, name: &str) -> Vec<Arc<Record>> {
    let table = state.table(module);
    let Some(field) = tag_field(module).filter(|_| !table.rows().is_empty()) else {
        return Vec::new();
    };
    let folded = fold(name);
    let candidates = table.candidates_by_value(module, field, &[hash_text(&folded)]);
    let found = candidates.in_order(false).filter_map(|id| table.get(id));
    let has = |record: &&Arc<Record>| {
        let mut names = names_of(record, field).iter();
        names.any(|name| equals_folded(name, &folded))
    };
    found.filter(has).cloned().collect()
}

/// Whether a module may have so many tags more.
#[must_use]
pub fn has_room(state: &OrgState, module: ModuleNo, more: usize) -> bool {
    more == 0 || state.settings_of(TAGS).of_module(Some(module)).count() + more <= MOST_OF_MODULE
}

/// Records hold the names of their tags: a new name goes into them, and a tag that is deleted goes
/// from them. When they were modified does not change (assumed).
pub fn follow(tx: &mut Tx, change: SettingChange<'_>) {
    let Some(old) = change.old else { return };
    let new = change.new.map(|new| new.name.clone());
    if new.as_ref() != Some(&old.name) {
        replace(tx, old, new.as_ref());
    }
}

/// Puts a tag in the place of another one, which goes: all records of that one have it then, and
/// none has it twice.
pub fn merge(tx: &mut Tx, kept: &Setting, gone: &Setting) {
    replace(tx, gone, Some(&kept.name));
    tx.remove_setting(TAGS, gone.id);
}

/// Gives the records of a tag another name in its place, or none.
fn replace(tx: &mut Tx, tag: &Setting, name: Option<&LeanString>) {
    let Some(module) = tag.module else { return };
    let module = Arc::clone(tx.state().schema.module_at(module));
    let Some(field) = tag_field(&module) else {
        return;
    };
    let folded = fold(&tag.name);
    for record in tagged(tx.state(), &module, &tag.name) {
        let mut names: Vec<LeanString> = Vec::new();
        for held in names_of(&record, field) {
            let shown = if equals_folded(held, &folded) {
                name
            } else {
                Some(held)
            };
            names.extend(shown.filter(|shown| !names.contains(shown)).cloned());
        }
        let record = record.with_values(vec![(field.no, Value::List(names.into()))]);
        tx.put(&module, record);
    }
}
