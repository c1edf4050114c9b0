//! The object of a record, with its fields found while it is parsed: a million records do not
//! allocate their keys.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::flaws::{Flaw, Flaws};
use super::whole_id;
use crate::ids::Id;
use crate::ops::input::RecordInput;
use crate::schema::{FieldNo, Module, Slot, Storage};
use crate::seed::format::unreadable;
use crate::seed::once::{self, Once, is_twice, named_twice};
use crate::value::time;

/// What a record of a seed says.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// Of its fields.
    pub(super) fields: Vec<(FieldNo, Json)>,
    /// By other keys.
    pub(super) others: Map<String, Json>,
}

impl Object {
    /// Parses a JSON object.
    ///
    /// # Errors
    /// Why the text cannot be read as one.
    pub(super) fn parse(text: &str, module: &Module) -> Result<Self, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let object = Read(module).deserialize(&mut deserializer);
        object.map_err(|error| unreadable(&error))
    }

    /// Its id, if it says one.
    pub(super) fn id(&self, module: &Module) -> Option<Id> {
        let field = self.fields.iter();
        let mut field = field.filter(|(no, _)| module.field_at(*no).slot == Slot::Id);
        let other = || self.others.get("id");
        let id = field.next().map(|(_, id)| id);
        whole_id(id.or_else(other)?)
    }

    /// The cells of a CSV row, typed by their fields. Empty ones are not given.
    ///
    /// # Errors
    /// If two columns are of one field, or the JSON in a cell has a key twice.
    pub(super) fn of_cells<'a>(
        columns: &[Column<'_>],
        cells: impl Iterator<Item = &'a str>,
        module: &Module,
    ) -> Result<Self, Flaws> {
        let mut all = Self::default();
        let mut flaws: Vec<Flaw> = Vec::new();
        for (column, cell) in columns
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty())
        {
            match *column {
                Column::Field(no) => {
                    let field = module.field_at(no);
                    let value = if all.has(no) {
                        Err(named_twice(field.api_name()))
                    } else {
                        typed(cell, &field.kind)
                    };
                    match value {
                        Ok(value) => all.fields.push((no, value)),
                        Err(reason) => flaws.push((format!(".{}", field.api_name()), reason)),
                    }
                }
                Column::Other(name) => {
                    all.others.insert(name.to_owned(), cell.into());
                }
            }
        }
        Flaws::check(flaws)?;
        Ok(all)
    }

    fn has(&self, no: FieldNo) -> bool {
        self.fields.iter().any(|(known, _)| *known == no)
    }

    /// The same for an insert.
    pub(super) fn given(&self) -> RecordInput<'_> {
        let others = self.others.iter();
        RecordInput {
            fields: self.fields.iter().map(|(no, value)| (*no, value)).collect(),
            others: others.map(|(key, value)| (key.as_str(), value)).collect(),
        }
    }
}

/// A date-time with an offset, or seconds since 1970: years before 0 have no other form.
pub(super) fn instant(value: &Json) -> Option<i64> {
    match value {
        Json::String(text) => time::parse_datetime(text),
        Json::Number(seconds) => seconds.as_i64(),
        _ => None,
    }
}

/// The field that a key of a seed's record means.
fn key_of(key: &str, module: &Module) -> Option<FieldNo> {
    let field = match key {
        // seeds name line items by their subform
        "Product_Details" if module.line_items().is_some() => None,
        "Outbound_Call_Status" => module.field("Outgoing_Call_Status"),
        key => module.field(key),
    };
    field.map(|field| field.no)
}

/// What a column of a CSV file holds.
pub(super) enum Column<'a> {
    Field(FieldNo),
    Other(&'a str),
}

impl<'a> Column<'a> {
    pub(super) fn of(name: &'a str, module: &Module) -> Self {
        key_of(name, module).map_or(Self::Other(name), Self::Field)
    }
}

/// A cell as the JSON that its field expects; what does not fit stays a text, and is refused like
/// one.
///
/// # Errors
/// If it is JSON with a key twice.
fn typed(text: &str, kind: &Storage) -> Result<Json, String> {
    let or_text = |json: Option<Json>| json.unwrap_or_else(|| text.into());
    Ok(match kind {
        Storage::Integer | Storage::Double => {
            let number = serde_json::from_str::<serde_json::Number>(text.trim());
            or_text(number.ok().map(Json::Number))
        }
        Storage::Boolean => {
            let text = text.trim().to_ascii_lowercase();
            or_text(text.parse::<bool>().ok().map(Json::Bool))
        }
        Storage::MultiPicklist | Storage::Tags => {
            let values = text.split(';').map(str::trim);
            values.filter(|value| !value.is_empty()).collect()
        }
        Storage::Rows(_) | Storage::Links(_) | Storage::Files | Storage::Raw => {
            match once::read(text) {
                Err(error) if is_twice(&error) => return Err(error.to_string()),
                read => or_text(read.ok()),
            }
        }
        _ => text.into(),
    })
}

/// Reads an object of a module.
struct Read<'a>(&'a Module);

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        const USUAL: usize = 16;
        let mut object = Object {
            fields: Vec::with_capacity(USUAL),
            others: Map::new(),
        };
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Ok(no) if object.has(no) => {
                    let name = self.0.field_at(no).api_name();
                    return Err(A::Error::custom(named_twice(name)));
                }
                Err(key) if object.others.contains_key(&key) => {
                    return Err(A::Error::custom(named_twice(&key)));
                }
                Ok(no) => object
                    .fields
                    .push((no, map.next_value_seed(Once::default())?)),
                Err(key) => {
                    object
                        .others
                        .insert(key, map.next_value_seed(Once::default())?);
                }
            }
        }
        Ok(object)
    }
}

/// Reads a key: the number of a field, or a text.
struct Key<'a>(&'a Module);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Result<FieldNo, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Result<FieldNo, String>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(key_of(key, self.0).ok_or_else(|| key.to_owned()))
    }
}
