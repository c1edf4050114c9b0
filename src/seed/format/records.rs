//! Records of a seed: found, not parsed. A file of a million records is held as its text and a list
//! of places.

use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

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

const NO_OBJECT: &str = "a record must be an object";

/// A record as found: JSON as it stands, or texts still to be typed by their fields.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// An object.
    Json(Map<String, Json>),
    /// Texts by column; empty cells are left out.
    Cells(Vec<(&'a str, String)>),
}

impl Records {
    /// The records of a JSON text in which `list` stands.
    ///
    /// # Errors
    /// If that is no list.
    pub(super) fn json(
        module: &str,
        file: &Arc<str>,
        path: &str,
        text: &Arc<str>,
        list: &str,
    ) -> Result<Self, serde_json::Error> {
        let start = text.as_ptr().addr();
        let Items(items) = serde_json::from_str(list)?;
        let places = items.iter().map(|item| {
            let from = item.get().as_ptr().addr() - start;
            (from, from + item.get().len())
        });
        let content = Content::Json(Arc::clone(text), places.collect());
        Ok(Self::of(module, file, path, content))
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

    /// The records of a chunk, one after another; for one that is no object, why.
    #[must_use]
    pub fn chunk(&self, n: usize) -> Box<dyn Iterator<Item = Result<Found<'_>, String>> + '_> {
        let from = n * CHUNK;
        match &self.content {
            Content::Json(text, places) => {
                let places = places.iter().skip(from).take(CHUNK);
                Box::new(places.map(|(from, to)| {
                    serde_json::from_str(&text[*from..*to])
                        .map(Found::Json)
                        .map_err(|_| NO_OBJECT.into())
                }))
            }
            Content::Csv {
                columns,
                text,
                starts,
                ..
            } => {
                let rest = starts.get(n).and_then(|start| text.get(*start..));
                let rows = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .from_reader(rest.unwrap_or_default().as_bytes())
                    .into_records();
                Box::new(rows.take(CHUNK).map(|row| {
                    let row = row.map_err(|e| format!("not valid CSV: {e}"))?;
                    let cells = columns.iter().map(String::as_str).zip(&row);
                    let named = cells.filter(|(_, cell)| !cell.is_empty());
                    let named = named.map(|(name, cell)| (name, cell.to_owned()));
                    Ok(Found::Cells(named.collect()))
                }))
            }
        }
    }

    /// What each record says its id is; for one that is no object, why.
    #[must_use]
    pub fn ids(&self) -> Box<dyn Iterator<Item = Result<Option<Json>, String>> + '_> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: Option<Json>,
        }
        #[derive(Deserialize)]
        struct Deleted {
            record: OnlyId,
        }
        match &self.content {
            Content::Json(text, places) => Box::new(places.iter().map(|(from, to)| {
                let text = &text[*from..*to];
                let found = if self.deleted {
                    serde_json::from_str(text).map(|Deleted { record }| record.id)
                } else {
                    serde_json::from_str(text).map(|OnlyId { id }| id)
                };
                found.map_err(|_| NO_OBJECT.into())
            })),
            Content::Csv { columns, .. } if !columns.iter().any(|name| name == "id") => {
                Box::new(std::iter::repeat_n(Ok(None), self.len()))
            }
            Content::Csv { .. } => {
                let all = (0..self.chunks()).flat_map(|n| self.chunk(n));
                Box::new(all.map(|found| match found? {
                    Found::Cells(cells) => {
                        let id = cells.into_iter().find(|(name, _)| *name == "id");
                        Ok(id.map(|(_, id)| Json::String(id)))
                    }
                    Found::Json(mut object) => Ok(object.shift_remove("id")),
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

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes())
}

fn read_csv(text: &Arc<str>) -> Result<Content, String> {
    let invalid = |error: csv::Error| format!("not valid CSV: {error}");
    let mut reader = csv_reader(text);
    let columns = reader.headers().map_err(invalid)?;
    let columns = columns
        .iter()
        .map(|c| c.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let (mut row, mut rows) = (csv::ByteRecord::new(), 0);
    let mut starts = Vec::new();
    loop {
        let start = reader.position().byte();
        if !reader.read_byte_record(&mut row).map_err(invalid)? {
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

/// Raw values of an array.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}
