//! Whether an answer is as expected.

use serde_json::{Map, Value as Json};
use zoho_crm_mock::value::time;

use crate::case::{Expected, Mode};
use crate::run::{Answer, Known};

impl Known {
    /// Compares an answer with what is expected, and remembers what it is to remember.
    ///
    /// # Errors
    /// What differs.
    pub(crate) fn fits(&mut self, expected: &Expected, answer: &Answer) -> Result<(), String> {
        if answer.status != expected.status {
            return Err(format!("expected status {}", expected.status));
        }
        let text = &answer.text;
        let wanted = self.fill(&expected.text);
        match expected.mode {
            Mode::Contains if text.contains(&wanted) => Ok(()),
            Mode::Contains => Err(format!("expected to contain {wanted}")),
            Mode::Bytes if text.trim_end_matches('\n') == wanted => Ok(()),
            Mode::Bytes => Err(format!("expected exactly {wanted}")),
            Mode::Json | Mode::Ordered if wanted.is_empty() => {
                if text.is_empty() {
                    Ok(())
                } else {
                    Err("expected no body".into())
                }
            }
            Mode::Json | Mode::Ordered => {
                let wanted: Json = serde_json::from_str(&wanted)
                    .map_err(|e| format!("the expectation is no JSON: {e}: {wanted}"))?;
                let got: Json = serde_json::from_str(text)
                    .map_err(|e| format!("the answer is no JSON: {e}"))?;
                self.matches(&wanted, &got, "$", expected.mode == Mode::Ordered)
            }
        }
    }

    /// Compares a value; `path` is where it stands.
    ///
    /// # Errors
    /// What differs, and where.
    pub(crate) fn matches(
        &mut self,
        want: &Json,
        got: &Json,
        path: &str,
        ordered: bool,
    ) -> Result<(), String> {
        let fits = match (want, got) {
            (Json::String(pattern), got) => match variable(pattern) {
                Some(name) => return self.remember(name, got, path),
                None => fits_pattern(pattern, got),
            },
            (Json::Object(want), Json::Object(got)) => {
                return self.objects(want, got, path, ordered);
            }
            (Json::Array(want), Json::Array(got)) => return self.lists(want, got, path, ordered),
            (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
            (want, got) => want == got,
        };
        if fits {
            Ok(())
        } else {
            Err(format!("at {path}: expected {want}, got {got}"))
        }
    }

    fn remember(&mut self, name: &str, got: &Json, path: &str) -> Result<(), String> {
        match self.values.get(name) {
            Some(known) if known == got => Ok(()),
            Some(known) => Err(format!("at {path}: ${name} was {known}, got {got}")),
            None => {
                self.values.insert(name.to_owned(), got.clone());
                Ok(())
            }
        }
    }

    fn objects(
        &mut self,
        want: &Map<String, Json>,
        got: &Map<String, Json>,
        path: &str,
        ordered: bool,
    ) -> Result<(), String> {
        let open = want.contains_key(OPEN);
        for (key, value) in want.iter().filter(|(key, _)| *key != OPEN) {
            let Some(inner) = got.get(key) else {
                let got = Json::Object(got.clone());
                return Err(format!("at {path}: no key {key} in {got}"));
            };
            self.matches(value, inner, &format!("{path}.{key}"), ordered)?;
        }
        if !open && let Some(extra) = got.keys().find(|key| !want.contains_key(*key)) {
            return Err(format!("at {path}: unexpected key {extra}: {}", got[extra]));
        }
        let order: Vec<&String> = want.keys().filter(|key| *key != OPEN).collect();
        let found: Vec<&String> = got.keys().filter(|key| want.contains_key(*key)).collect();
        if ordered && order != found {
            return Err(format!(
                "at {path}: expected the order {order:?}, got {found:?}"
            ));
        }
        Ok(())
    }

    fn lists(
        &mut self,
        want: &[Json],
        got: &[Json],
        path: &str,
        ordered: bool,
    ) -> Result<(), String> {
        let (fixed, open) = without_rest(want);
        if got.len() < fixed.len() || (!open && got.len() != fixed.len()) {
            return Err(format!(
                "at {path}: expected {} items, got {}",
                fixed.len(),
                got.len()
            ));
        }
        for (n, (want, got)) in fixed.iter().zip(got).enumerate() {
            self.matches(want, got, &format!("{path}[{n}]"), ordered)?;
        }
        Ok(())
    }
}

/// The key, or last item, that stands for more which is not looked at.
pub(crate) const OPEN: &str = "...";

/// A list without the item that stands for more, and whether it had one.
pub(crate) fn without_rest(list: &[Json]) -> (&[Json], bool) {
    match list.split_last() {
        Some((last, rest)) if last == OPEN => (rest, true),
        _ => (list, false),
    }
}

/// The name in a text that stands for a remembered value: `$lead`.
pub(crate) fn variable(text: &str) -> Option<&str> {
    let is_name =
        |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    text.strip_prefix('$').filter(is_name)
}

fn fits_pattern(pattern: &str, got: &Json) -> bool {
    let text = got.as_str();
    match pattern {
        "[any]" => true,
        "[id]" => text
            .is_some_and(|t| (16..=19).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())),
        "[time]" => text.is_some_and(|t| {
            t.len() == 25 && t.as_bytes()[22] == b':' && time::parse_datetime(t).is_some()
        }),
        "[string]" => got.is_string(),
        "[number]" => got.is_number(),
        "[bool]" => got.is_boolean(),
        _ => text == Some(pattern),
    }
}
