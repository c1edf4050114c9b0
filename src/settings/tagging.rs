//! What tags do beyond being settings: their colours, and the records that have them.

use std::sync::Arc;

use super::family::SettingChange;
use super::refusal::Refusal;
use crate::error::{Code, Row};
use crate::schema::Storage;
use crate::store::setting::COLOUR;
use crate::store::{Record, Tx};
use crate::value::{Value, equals_folded, fold};

/// The colours that versions before v8 take (page of v7).
const COLOURS: [&str; 13] = [
    "#F17574", "#F48435", "#E7A826", "#A8C026", "#63C57E", "#1DB9B4", "#57B1FD", "#879BFC",
    "#D297EE", "#FD87BD", "#969696", "#658BA8", "#B88562",
];

const NO_COLOUR: Code = Code::of(&Row::invalid("The colour is not supported"));
/// Characters that a name, or a colour of newer versions, cannot have (newer description of v8).
pub const SPECIAL: Code = Code::of(&Row::invalid("special characters found in the given name"));

/// A colour is one of a list, in newer versions any (captures of v8).
///
/// # Errors
/// `INVALID_DATA` about another one.
pub fn check_colour(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let colour = change.new.and_then(|new| new.text(COLOUR));
    let (Some(colour), Some(version)) = (colour, change.source.version()) else {
        return Ok(());
    };
    let digits = colour.strip_prefix('#').unwrap_or_default();
    let hex = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let listed = || {
        COLOURS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(colour))
    };
    let kept = change.old.and_then(|old| old.text(COLOUR)) == Some(colour);
    let any = version.tags_have_any_colour();
    if kept || (hex && (any || listed())) {
        Ok(())
    } else {
        Err(Refusal::at(COLOUR, if any { SPECIAL } else { NO_COLOUR }))
    }
}

/// Records hold the names of their tags: a new name goes into them, and a tag that is deleted goes
/// from them. When they were modified does not change (assumed).
pub fn follow(tx: &mut Tx, change: SettingChange<'_>) {
    let Some(old) = change.old else { return };
    let new = change.new.map(|new| new.name.clone());
    if new.as_ref() == Some(&old.name) {
        return;
    }
    let Some(module) = old.module else { return };
    let module = Arc::clone(tx.state().schema.module_at(module));
    let Some(field) = module
        .fields
        .iter()
        .find(|field| field.kind == Storage::Tags)
    else {
        return;
    };
    let folded = fold(&old.name);
    let tagged = |record: &&Arc<Record>| match record.stored(field.no) {
        Some(Value::List(names)) => names.iter().any(|name| equals_folded(name, &folded)),
        _ => false,
    };
    let records = tx
        .state()
        .table(&module)
        .rows()
        .iter()
        .map(|(_, record)| record);
    let records: Vec<Arc<Record>> = records.filter(tagged).cloned().collect();
    for record in records {
        let Some(Value::List(names)) = record.stored(field.no) else {
            continue;
        };
        let others = names
            .iter()
            .filter(|name| !equals_folded(name, &folded))
            .cloned();
        let names = others.chain(new.clone()).collect();
        let record = record.with_values(vec![(field.no, Value::List(names))]);
        tx.put(&module, record);
    }
}
