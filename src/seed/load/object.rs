//! The object of a record, with its fields found while it is parsed: a million records do not
//! allocate their keys.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

use super::whole_id;
use crate::ids::Id;
use crate::ops::input::RecordInput;
use crate::schema::{FieldNo, Module, Slot, Storage};
use crate::seed::format::unreadable;

/// What a record of a seed says.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// Of its fields.
    pub(super) fields: Vec<(FieldNo, Json)>,
    /// By other keys.
    pub(super) others: Vec<(String, Json)>,
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
        let other = || self.others.iter().find(|(key, _)| key == "id");
        let id = field.next().map(|(_, id)| id);
        whole_id(id.or_else(|| other().map(|(_, id)| id))?)
    }

    /// The cells of a CSV row, typed by their fields. Empty ones are not given.
    pub(super) fn of_cells<'a>(
        columns: &[Column<'_>],
        cells: impl Iterator<Item = &'a str>,
        module: &Module,
    ) -> Self {
        let mut all = Self::default();
        for (column, cell) in columns
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty())
        {
            match *column {
                Column::Field(no) => {
                    let value = typed(cell, &module.field_at(no).kind);
                    all.put(no, value);
                }
                Column::Other(name) => all.others.push((name.to_owned(), cell.into())),
            }
        }
        all
    }

    fn put(&mut self, no: FieldNo, value: Json) {
        // of a key that is given twice the last value counts
        match self.fields.iter_mut().find(|(known, _)| *known == no) {
            Some((_, old)) => *old = value,
            None => self.fields.push((no, value)),
        }
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
fn typed(text: &str, kind: &Storage) -> Json {
    let or_text = |json: Option<Json>| json.unwrap_or_else(|| text.into());
    match kind {
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
        Storage::Rows(_) | Storage::Raw => or_text(serde_json::from_str(text).ok()),
        _ => text.into(),
    }
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
            others: Vec::new(),
        };
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            let value = map.next_value()?;
            match key {
                Ok(no) => object.put(no, value),
                Err(key) => match object.others.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, old)) => *old = value,
                    None => object.others.push((key, value)),
                },
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
