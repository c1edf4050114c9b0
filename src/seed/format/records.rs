//! Records of a seed: found, not parsed. A file of a million records is held as its text and a list
//! of places.

use std::sync::Arc;

use memchr::memmem;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::parts::Items;
use crate::seed::once::is_twice;

/// The records that one file holds of one module.
#[derive(Clone, Debug)]
pub struct Records {
    /// The module's API name.
    pub module: String,
    /// The file.
    pub file: Arc<str>,
    /// The path of the list in the file (`$` or `$.Leads`).
    pub path: String,
    /// They are taken as they stand: the file is an export.
    pub stored: bool,
    /// They are in the recycle bin: each `record` is told with who deleted it, and when.
    pub deleted: bool,
    content: Content,
}

/// So many records are read at a time.
pub const CHUNK: usize = 2048;

#[derive(Clone, Debug)]
enum Content {
    /// A text, and where in it each record stands.
    Json(Arc<str>, Vec<(usize, usize)>),
    /// Column names, the text, how many rows it has, and where in it each chunk of rows begins.
    Csv {
        columns: Vec<String>,
        text: Arc<str>,
        rows: usize,
        starts: Vec<usize>,
    },
}

/// Why the text of a record, which is well-formed JSON, cannot be read: it is no object, or it has
/// what no value can hold (a key twice, half of a surrogate pair, a number out of range, a hundred
/// levels).
#[must_use]
pub fn unreadable(error: &serde_json::Error) -> String {
    if error.is_data() && !is_twice(error) {
        "a record must be an object".into()
    } else {
        format!("the record cannot be read: {error}")
    }
}

/// A record as found.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// The text of a JSON value.
    Json(&'a str),
    /// The cells of a row, in the order of [`Records::columns`].
    Row(csv::StringRecord),
}

impl Records {
    /// The records of a JSON text, of which `items` are parts.
    pub(super) fn json(
        module: &str,
        file: &Arc<str>,
        path: &str,
        text: &Arc<str>,
        Items(items): &Items<'_>,
    ) -> Self {
        let start = text.as_ptr().addr();
        let places = items.iter().map(|item| {
            let from = item.get().as_ptr().addr() - start;
            (from, from + item.get().len())
        });
        let content = Content::Json(Arc::clone(text), places.collect());
        Self::of(module, file, path, content)
    }

    /// The rows of a CSV text.
    ///
    /// # Errors
    /// A sentence, if it is none.
    pub(super) fn csv(module: &str, file: &Arc<str>, text: &Arc<str>) -> Result<Self, String> {
        Ok(Self::of(module, file, "$", read_csv(text)?))
    }

    fn of(module: &str, file: &Arc<str>, path: &str, content: Content) -> Self {
        Self {
            module: module.to_owned(),
            file: Arc::clone(file),
            path: path.to_owned(),
            stored: false,
            deleted: false,
            content,
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Json(_, places) => places.len(),
            Content::Csv { rows, .. } => *rows,
        }
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many chunks of [`CHUNK`] records there are.
    #[must_use]
    pub fn chunks(&self) -> usize {
        self.len().div_ceil(CHUNK)
    }

    /// The names of a CSV file's columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match &self.content {
            Content::Json(..) => &[],
            Content::Csv { columns, .. } => columns,
        }
    }

    /// The records of a chunk, one after another; for a row that cannot be read, why.
    #[must_use]
    pub fn chunk(&self, n: usize) -> Box<dyn Iterator<Item = Result<Found<'_>, String>> + '_> {
        let from = n * CHUNK;
        match &self.content {
            Content::Json(text, places) => {
                let places = places.iter().skip(from).take(CHUNK);
                Box::new(places.map(|(from, to)| Ok(Found::Json(&text[*from..*to]))))
            }
            Content::Csv { text, starts, .. } => {
                let rest = starts.get(n).and_then(|start| text.get(*start..));
                let rows = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .from_reader(rest.unwrap_or_default().as_bytes())
                    .into_records();
                Box::new(rows.take(CHUNK).map(|row| {
                    let row = row.map_err(|e| invalid(&e))?;
                    Ok(Found::Row(row))
                }))
            }
        }
    }

    /// What each record says its id is; for one that is no object, why.
    #[must_use]
    pub fn ids(&self) -> Box<dyn Iterator<Item = Result<Option<Json>, String>> + '_> {
        match &self.content {
            Content::Json(text, places) => {
                let key = memmem::Finder::new("\"id\"");
                Box::new(places.iter().map(move |(from, to)| {
                    let found = id_in(&text[*from..*to], &key, self.deleted);
                    found.map_err(|error| unreadable(&error))
                }))
            }
            Content::Csv { columns, .. } => {
                let Some(column) = columns.iter().position(|name| name == "id") else {
                    return Box::new(std::iter::repeat_n(Ok(None), self.len()));
                };
                let all = (0..self.chunks()).flat_map(|n| self.chunk(n));
                Box::new(all.map(move |found| match found? {
                    Found::Row(row) => {
                        let id = row.get(column).filter(|id| !id.is_empty());
                        Ok(id.map(Json::from))
                    }
                    Found::Json(_) => Ok(None),
                }))
            }
        }
    }

    /// The path of a record in its file.
    #[must_use]
    pub fn path_of(&self, index: usize) -> String {
        match self.content {
            Content::Json(..) => format!("{}[{index}]", self.path),
            // the header is row 1
            Content::Csv { .. } => format!("row {}", index + 2),
        }
    }
}

/// The id in the text of a record, or why that is no record.
fn id_in(
    text: &str,
    key: &memmem::Finder<'_>,
    deleted: bool,
) -> Result<Option<Json>, serde_json::Error> {
    if deleted {
        let record = value_of("record", text)?;
        let record = record.ok_or_else(|| serde_json::Error::custom("no record"))?;
        let id = value_of("id", record.get())?;
        return id.map(|id| serde_json::from_str(id.get())).transpose();
    }
    // in a long file most records begin with it, or have none, which a look at the bytes tells
    if let Some(rest) = after_id_key(text) {
        let id = serde_json::Deserializer::from_str(rest).into_iter().next();
        return id.transpose();
    }
    let bytes = text.as_bytes();
    let escaped = || memchr::memchr(b'\\', bytes).is_some();
    if bytes.first() == Some(&b'{') && key.find(bytes).is_none() && !escaped() {
        return Ok(None);
    }
    let id = value_of("id", text)?;
    id.map(|id| serde_json::from_str(id.get())).transpose()
}

/// The value of a key of an object; the last one if there are several, for which the record is
/// refused when it is read.
fn value_of<'a>(key: &str, text: &'a str) -> Result<Option<&'a RawValue>, serde_json::Error> {
    struct Value<'k>(&'k str);
    impl<'de> Visitor<'de> for Value<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(known) = map.next_key_seed(Is(self.0))? {
                if known {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_map(Value(key))
}

/// Whether a key is this one.
struct Is<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Is<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// What follows the key `id` in an object that begins with it.
fn after_id_key(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('{')?.trim_ascii_start();
    let rest = rest.strip_prefix("\"id\"")?.trim_ascii_start();
    rest.strip_prefix(':')
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes())
}

/// What is wrong with a table.
fn invalid(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos: Some(pos),
            expected_len,
            len,
        } => format!(
            "not valid CSV: the row of line {} has {len} of {expected_len} columns",
            pos.line()
        ),
        _ => format!("not valid CSV: {error}"),
    }
}

fn read_csv(text: &Arc<str>) -> Result<Content, String> {
    let mut reader = csv_reader(text);
    let columns = reader.headers().map_err(|e| invalid(&e))?;
    let columns: Vec<String> = columns
        .iter()
        .map(|c| c.trim_start_matches('\u{feff}').to_owned())
        .collect();
    if let [column] = &*columns
        && let Some(separator) = column.chars().find(|c| matches!(c, ';' | '\t'))
    {
        let separator = if separator == ';' {
            "semicolons"
        } else {
            "tabs"
        };
        return Err(format!(
            "the columns are separated by {separator}: commas are wanted"
        ));
    }
    let (mut row, mut rows) = (csv::ByteRecord::new(), 0);
    let mut starts = Vec::new();
    loop {
        let start = reader.position().byte();
        if !reader.read_byte_record(&mut row).map_err(|e| invalid(&e))? {
            break;
        }
        if rows % CHUNK == 0 {
            starts.extend(usize::try_from(start));
        }
        rows += 1;
    }
    Ok(Content::Csv {
        columns,
        text: Arc::clone(text),
        rows,
        starts,
    })
}
