//! Records of a seed: found, not parsed. A file of a million records is held as its text and a list
//! of places.

use std::sync::Arc;

use memchr::memmem;
use serde::Deserialize;
use serde_json::Value as Json;

use super::parts::Items;

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
                    let row = row.map_err(|e| format!("not valid CSV: {e}"))?;
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
                    found.ok_or_else(|| NO_OBJECT.into())
                }))
            }
            Content::Csv { columns, .. } => {
                // of a column that is there twice the last counts
                let Some(column) = columns.iter().rposition(|name| name == "id") else {
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

/// The id in the text of a record; none if that is no object.
fn id_in(text: &str, key: &memmem::Finder<'_>, deleted: bool) -> Option<Option<Json>> {
    #[derive(Deserialize)]
    struct OnlyId {
        id: Option<Json>,
    }
    #[derive(Deserialize)]
    struct Deleted {
        record: OnlyId,
    }
    if deleted {
        let Deleted { record } = serde_json::from_str(text).ok()?;
        return Some(record.id);
    }
    // in a long file most records begin with it, or have none, which a look at the bytes tells
    if let Some(rest) = after_id_key(text) {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        return Some(values.next()?.ok());
    }
    let bytes = text.as_bytes();
    let escaped = || memchr::memchr(b'\\', bytes).is_some();
    if bytes.first() == Some(&b'{') && key.find(bytes).is_none() && !escaped() {
        return Some(None);
    }
    let OnlyId { id } = serde_json::from_str(text).ok()?;
    Some(id)
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
