//! Generated records as the text of a seed: JSON, or CSV by module.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::Value as Json;

use super::Generator;
use super::pen::{Pen, label};
use super::plan::Plan;
use super::target::At;
use crate::schema::Storage;
use crate::seed::{Document, Problem};
use crate::value::write_string;

/// Text is handed on in pieces of at least this many bytes.
const PIECE: usize = 1 << 16;

impl Generator {
    /// Writes all records as a seed: an object of modules, each with a list of records, a record a
    /// line. `done` is told how many records more were written, now and then.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write, done: &mut dyn FnMut(u64)) -> io::Result<()> {
        let mut before = "{";
        for plan in self.wanted() {
            let mut key = Vec::new();
            write_string(&mut key, plan.module.api_name());
            out.write_all(before.as_bytes())?;
            out.write_all(&key)?;
            out.write_all(b":")?;
            self.write_list(plan, plan.count, out, done)?;
            before = ",\n";
        }
        out.write_all(if before == "{" { b"{}\n" } else { b"}\n" })
    }

    /// About how many bytes are written, if they are so many records that a word beforehand is due.
    #[must_use]
    pub fn large(&self) -> Option<u64> {
        const MANY: u64 = 1_000_000;
        (self.records() >= MANY).then(|| self.bytes())
    }

    /// About how many bytes [`write_json`](Self::write_json) writes, by the first records of each
    /// module. As a server's data they take twice as many.
    fn bytes(&self) -> u64 {
        const SAMPLE: u64 = 100;
        let of_plan = |plan: &Plan| {
            let mut sample = Vec::new();
            let count = plan.count.min(SAMPLE);
            // a vector takes every write
            let _ = self.write_list(plan, count, &mut sample, &mut |_| {});
            let bytes = u64::try_from(sample.len()).unwrap_or(u64::MAX);
            bytes.saturating_mul(plan.count).checked_div(count)
        };
        self.wanted()
            .filter_map(of_plan)
            .fold(0, u64::saturating_add)
    }

    /// Writes the first `count` records of a module.
    fn write_list(
        &self,
        plan: &Plan,
        count: u64,
        out: &mut dyn Write,
        done: &mut dyn FnMut(u64),
    ) -> io::Result<()> {
        let mut pen = Pen::default();
        pen.out.reserve(2 * PIECE);
        pen.out.push(b'[');
        let mut told = 0;
        for index in 0..count {
            pen.out
                .extend_from_slice(if index == 0 { b"\n{" } else { b",\n{" });
            let module = plan.module.no;
            if let Some(facts) = self.facts(At { module, index }) {
                if plan.labelled {
                    pen.out.extend_from_slice(b"\"id\":\"");
                    label(plan, index, &mut pen.out);
                    pen.out.push(b'"');
                }
                self.pairs(plan, &facts, false, &mut pen);
            }
            pen.out.push(b'}');
            if pen.out.len() >= PIECE {
                out.write_all(&pen.out)?;
                pen.out.clear();
                done(index + 1 - told);
                told = index + 1;
            }
        }
        done(count - told);
        pen.out
            .extend_from_slice(if count == 0 { b"]" } else { b"\n]" });
        out.write_all(&pen.out)
    }

    /// Writes the records of one module as CSV. Nothing is written for a module that is not
    /// wanted.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(
        &self,
        module: &str,
        out: &mut dyn Write,
        done: &mut dyn FnMut(u64),
    ) -> io::Result<()> {
        let Some(plan) = self.wanted().find(|plan| plan.module.api_name() == module) else {
            return Ok(());
        };
        let mut csv = csv::Writer::from_writer(out);
        let open = |name: &str| plan.links.iter().any(|link| link.open && link.name == name);
        let mut header: Vec<&str> = Vec::new();
        if plan.labelled {
            header.push("id");
        }
        for column in &plan.columns {
            header.push(&column.name);
            if open(&column.name) {
                header.push("$se_module");
            }
        }
        csv.write_record(&header).map_err(plain)?;
        let mut pen = Pen::default();
        for index in 0..plan.count {
            let module = plan.module.no;
            let Some(facts) = self.facts(At { module, index }) else {
                continue;
            };
            if plan.labelled {
                pen.out.clear();
                label(plan, index, &mut pen.out);
                csv.write_field(&pen.out).map_err(plain)?;
            }
            for column in &plan.columns {
                pen.out.clear();
                self.value(plan, column, &facts, &mut pen);
                csv.write_field(cell(&column.kind, &pen.out))
                    .map_err(plain)?;
                if open(&column.name) {
                    let module = self.se_module(plan, column, &facts).unwrap_or_default();
                    csv.write_field(module).map_err(plain)?;
                }
            }
            csv.write_record(None::<&[u8]>).map_err(plain)?;
            if (index + 1) % 1000 == 0 {
                done(1000);
            }
        }
        done(plan.count % 1000);
        csv.flush()
    }

    /// Adds all records to the seed that they were generated for.
    pub fn add_to(&self, document: &mut Document, problems: &mut Vec<Problem>) {
        for plan in self.wanted() {
            let mut text = Vec::new();
            // a Vec takes every write
            let _ = self.write_list(plan, plan.count, &mut text, &mut |_| {});
            if let Ok(text) = String::from_utf8(text) {
                let name = format!("{}.json", plan.module.api_name());
                document.add_file(&name, &Arc::from("generated"), text.into(), problems);
            }
        }
    }
}

/// The error of the output itself, whose kind callers ask for.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The cell of a value that is written as JSON; see the section on CSV in `seed-data/README.md`.
fn cell(kind: &Storage, json: &[u8]) -> String {
    let text = || String::from_utf8_lossy(json).into_owned();
    match serde_json::from_slice(json) {
        Ok(Json::String(text)) => text,
        Ok(Json::Array(items)) if matches!(kind, Storage::MultiPicklist | Storage::Tags) => {
            let items: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
            items.join("; ")
        }
        _ => text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        for (kind, json, expected) in [
            (Storage::Text, "\"a \\\"b\\\"\"", "a \"b\""),
            (Storage::Text, "", ""),
            (Storage::Double, "12.5", "12.5"),
            (Storage::Double, "\"5%\"", "5%"),
            (Storage::BigInt, "\"12\"", "12"),
            (Storage::Boolean, "true", "true"),
            (Storage::MultiPicklist, "[\"a\",\"b c\"]", "a; b c"),
            (Storage::Tags, "[\"a\"]", "a"),
            (Storage::Raw, "[\"a\"]", "[\"a\"]"),
            (Storage::Rows(None), "[{\"a\":1}]", "[{\"a\":1}]"),
        ] {
            assert_eq!(cell(&kind, json.as_bytes()), expected);
        }
    }
}
