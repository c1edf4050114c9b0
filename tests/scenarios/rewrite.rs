//! Writing the answers that are given into the files, in place of those that were expected.

use serde_json::{Map, Value as Json};
use zoho_crm_mock::version::ApiVersion;

use crate::case::{Case, Expected, Mode, parse};
use crate::expectation::{OPEN, without_rest};
use crate::pretty::pretty;
use crate::run::{Answer, Known, Run, run};

/// The text of a file in which every case passes. Steps that pass already stay as they are
/// written, and so do the parts of an expectation that still hold: placeholders, remembered values,
/// and what is left open.
///
/// # Errors
/// Cases whose answers cannot be written down: they differ between the versions of the case, or do
/// not contain what they should.
pub(crate) fn rewrite(text: &str, file: &str) -> Result<String, String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut failures = Vec::new();
    // from the end, so that the lines before keep their numbers
    for case in parse(text, file).iter().rev() {
        match mended(case) {
            Ok(expected) => {
                let steps = case.steps.iter().zip(expected).rev();
                for (step, expected) in steps.filter(|(step, new)| step.expected != *new) {
                    let first = &lines[step.lines.start];
                    let new = written(first, &step.expected, &expected, &lines[step.lines.clone()]);
                    lines.splice(step.lines.clone(), new);
                }
            }
            Err(why) => failures.push(why),
        }
    }
    if !failures.is_empty() {
        failures.reverse();
        return Err(failures.join("\n\n"));
    }
    let mut new = lines.join("\n");
    if text.ends_with('\n') {
        new.push('\n');
    }
    Ok(new)
}

/// The lines of a changed expectation.
fn written(first: &str, old: &Expected, new: &Expected, lines: &[String]) -> Vec<String> {
    let status = |line: &str| line.replacen(&old.status.to_string(), &new.status.to_string(), 1);
    if old.text == new.text && old.mode == new.mode {
        let rest = lines.iter().skip(1).cloned();
        return [status(first)].into_iter().chain(rest).collect();
    }
    let head = match new.mode {
        Mode::Json => format!("--- {}", new.status),
        Mode::Ordered => format!("--- {} ordered", new.status),
        Mode::Bytes => format!("--- {} bytes", new.status),
        Mode::Contains => status(first),
    };
    let body = new.text.lines().map(str::to_owned);
    [head].into_iter().chain(body).collect()
}

/// What every step of a case is to expect, so that it passes under all its versions.
fn mended(case: &Case) -> Result<Vec<Expected>, String> {
    let passes = |case: &Case, version| run(case, version, &mut |_, _, _| ());
    let mut mended = case.clone();
    let mut changed = false;
    for version in &case.versions {
        if passes(&mended, *version).is_err() {
            changed = true;
            mend(&mut mended, *version).map_err(|why| format!("{} {why}", case.under(*version)))?;
        }
    }
    for version in case.versions.iter().filter(|_| changed) {
        passes(&mended, *version).map_err(|why| {
            let where_it_is = case.under(*version);
            format!(
                "{where_it_is}: versions answer differently, so that one text cannot serve: {why}"
            )
        })?;
    }
    Ok(mended.steps.into_iter().map(|step| step.expected).collect())
}

/// Makes a case expect what it is answered under a version.
fn mend(case: &mut Case, version: ApiVersion) -> Result<(), String> {
    let mut run = Run::new(case, version);
    for step in &mut case.steps {
        let answer = run.send(step, &mut |_, _, _| ());
        let mut known = run.known.clone();
        if known.fits(&step.expected, &answer).is_err() {
            known = run.known.clone();
            step.expected = known.expectation(&step.expected, &answer);
            let ends = |line: &str| line.trim().is_empty() || line.starts_with("# ");
            let fits = if step.expected.text.lines().any(ends) {
                Err("the text of the answer would end before its end in a file".to_owned())
            } else {
                known.fits(&step.expected, &answer)
            };
            fits.map_err(|why| format!("line {}: {}", step.line, answer.told(&why)))?;
        }
        run.known = known;
    }
    Ok(())
}

impl Known {
    /// What to expect, given what was expected and what was answered.
    fn expectation(&self, old: &Expected, answer: &Answer) -> Expected {
        let status = answer.status;
        let same = Expected {
            status,
            ..old.clone()
        };
        let holds = self.clone().fits(&same, answer).is_ok();
        if holds || old.mode == Mode::Contains {
            return same;
        }
        let text = answer.text.trim_end_matches('\n');
        let got = serde_json::from_str::<Json>(text).ok();
        let (mode, text) = match got.filter(|_| old.mode != Mode::Bytes) {
            Some(got) => {
                let old_json = serde_json::from_str(&old.text);
                let old_json = old_json.or_else(|_| serde_json::from_str(&self.fill(&old.text)));
                let ordered = old.mode == Mode::Ordered;
                let new = self.clone().merged(old_json.ok().as_ref(), &got, ordered);
                (old.mode, pretty(&new))
            }
            None if text.is_empty() => (old.mode, String::new()),
            None => (Mode::Bytes, text.to_owned()),
        };
        Expected { status, mode, text }
    }

    /// An answer, with as much of what was expected as still holds.
    fn merged(&mut self, old: Option<&Json>, got: &Json, ordered: bool) -> Json {
        if let Some(Json::String(text)) = old
            && self.holds(text, got, ordered)
        {
            return Json::String(text.clone());
        }
        match (old, got) {
            (Some(Json::Object(old)), Json::Object(got)) => self.merged_objects(old, got, ordered),
            (_, Json::Object(got)) => self.merged_objects(&Map::new(), got, ordered),
            (Some(Json::Array(old)), Json::Array(got)) => self.merged_lists(old, got, ordered),
            (_, Json::Array(got)) => self.merged_lists(&[], got, ordered),
            (Some(old), got) if self.matches(old, got, "$", ordered).is_ok() => old.clone(),
            (_, Json::String(text)) => self.named(text),
            _ => got.clone(),
        }
    }

    /// Whether a text of an expectation fits a value, with what it refers to put in.
    fn holds(&mut self, text: &str, got: &Json, ordered: bool) -> bool {
        let filled = Json::String(self.fill(text));
        self.matches(&filled, got, "$", ordered).is_ok()
    }

    /// A new text: a remembered value by its name, so that it stays true when ids change.
    fn named(&self, text: &str) -> Json {
        // anything shorter may be equal by chance
        let id = text.len() >= 16 && text.bytes().all(|b| b.is_ascii_digit());
        let mut values = self.values.iter();
        let known = values.find(|(_, value)| id && value.as_str() == Some(text));
        match known {
            Some((name, _)) => Json::String(format!("${name}")),
            None => Json::String(text.to_owned()),
        }
    }

    fn merged_objects(
        &mut self,
        old: &Map<String, Json>,
        got: &Map<String, Json>,
        ordered: bool,
    ) -> Json {
        let open = old.contains_key(OPEN);
        // keys keep the order in which they are written, unless it is what is compared
        let written = old.keys().filter(|key| got.contains_key(*key));
        let added = got.keys().filter(|key| !open && !old.contains_key(*key));
        let keys: Vec<&String> = if ordered {
            let keys = got.keys();
            keys.filter(|key| !open || old.contains_key(*key)).collect()
        } else {
            written.chain(added).collect()
        };
        let mut new = Map::new();
        for key in keys {
            new.insert(key.clone(), self.merged(old.get(key), &got[key], ordered));
        }
        if let Some(rest) = old.get(OPEN) {
            new.insert(OPEN.to_owned(), rest.clone());
        }
        Json::Object(new)
    }

    fn merged_lists(&mut self, old: &[Json], got: &[Json], ordered: bool) -> Json {
        let (fixed, open) = without_rest(old);
        let kept = if open {
            fixed.len().min(got.len())
        } else {
            got.len()
        };
        let items = got[..kept].iter().enumerate();
        let mut new: Vec<Json> = items
            .map(|(n, item)| self.merged(fixed.get(n), item, ordered))
            .collect();
        if open {
            new.push(OPEN.into());
        }
        Json::Array(new)
    }
}
