//! What a field's name says about its values: `seed-data/generate/hints.json`.
//!
//! The first entry that fits a field counts. An entry fits by the module, by the API name (`*`
//! stands for any letters, case does not matter) and by the data type, as far as it names them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::template::Template;
use crate::schema::{DataType, Field, Module};

const HINTS: &str = include_str!("../../../seed-data/generate/hints.json");
const PHRASES: &str = include_str!("../../../seed-data/generate/phrases.json");

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    due: BTreeMap<String, (i64, i64)>,
    fields: Vec<Hint>,
}

/// An entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Hint {
    modules: Vec<String>,
    fields: Vec<String>,
    types: Vec<DataType>,
    /// The share of records that have a value; that of [`SHARE`] where absent.
    pub(super) share: Option<f64>,
    /// The field gets a value although clients may not set it.
    pub(super) system: bool,
    /// Templates of texts.
    pub(super) text: Vec<String>,
    /// Values of a picklist to draw from, likely ones several times; without any, the whole list.
    pub(super) values: Vec<String>,
    /// In place of `values`, for records whose due date has passed.
    pub(super) past: Vec<String>,
    /// In place of `values`, for records whose due date is still to come.
    pub(super) future: Vec<String>,
    /// Least and most of a number.
    pub(super) range: Option<(i64, i64)>,
    /// A price: not always a whole number.
    pub(super) decimals: bool,
    /// The share of records in which a boolean is true.
    #[serde(rename = "true")]
    pub(super) truth: Option<f64>,
    /// Where a date or time lies.
    pub(super) date: Option<DateHint>,
    /// The field whose value it has, behind a lookup (`Product_Name.Unit_Price`); without a dot
    /// the picklist whose probability it is.
    pub(super) copy: Option<String>,
    /// Values as JSON.
    pub(super) json: Vec<String>,
    /// The field has a value only in records whose due date lies there.
    pub(super) when: Option<When>,
    /// The field has a value only where another picklist has one of these.
    pub(super) only: Option<Other>,
    /// The field stays empty where another picklist has one of these values.
    pub(super) unless: Option<Other>,
}

/// The share of records that have a value in a field that no hint says more about.
pub(super) const SHARE: f64 = 0.7;

/// How far a date lies behind another one: least and most days, and minutes for times.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateHint {
    pub(super) from: Anchor,
    #[serde(default)]
    pub(super) days: (i64, i64),
    #[serde(default)]
    pub(super) minutes: (i64, i64),
}

/// What a date counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Anchor {
    /// The creation of the record.
    Created,
    /// The day by which something is to be done.
    Due,
    /// A time of that day at which people work.
    Start,
    /// The time for which everything is generated.
    Now,
}

/// Whether the due date has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum When {
    Past,
    Future,
}

/// Values of another picklist of the record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Other {
    pub(super) field: String,
    pub(super) values: Vec<String>,
}

/// A place in the text of a field.
#[derive(Clone, Debug)]
pub(super) enum Token {
    FirstName,
    LastName,
    FullName,
    /// A person of whom nothing else is said.
    Anyone,
    Email,
    /// A mailbox of no person: `sales`, `info`.
    Office,
    Domain,
    /// A name in social media.
    Handle,
    Company,
    Street,
    City,
    State,
    Zip,
    Country,
    Phone,
    Mobile,
    Job,
    /// What a record of the module is called.
    Label,
    /// The number of the record.
    Number,
    /// The year of its due date.
    Year,
    /// Minutes and seconds.
    Minutes,
    /// A few sentences.
    Sentences,
    /// A pattern of letters and digits.
    Code(Box<str>),
    /// One of a list of `phrases.json`.
    Phrase(usize),
}

/// Hints and phrases, read.
#[derive(Debug)]
pub(super) struct Hints {
    due: BTreeMap<String, (i64, i64)>,
    fields: Vec<Hint>,
    phrases: Vec<Vec<Template<Token>>>,
    names: Vec<String>,
    /// The phrases that descriptions consist of.
    pub(super) sentences: usize,
}

impl Hints {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// What is wrong with them: never in a released binary.
    pub(super) fn read() -> Result<Self, String> {
        let file: File = serde_json::from_str(HINTS).map_err(|e| format!("hints.json: {e}"))?;
        let phrases: BTreeMap<String, Vec<String>> =
            serde_json::from_str(PHRASES).map_err(|e| format!("phrases.json: {e}"))?;
        let mut hints = Self {
            due: file.due,
            fields: file.fields,
            phrases: Vec::new(),
            names: phrases.keys().cloned().collect(),
            sentences: 0,
        };
        hints.sentences = hints.phrases_called("sentences").ok_or("no sentences")?;
        for list in phrases.values() {
            let list: Result<_, String> = list.iter().map(|text| hints.template(text)).collect();
            hints.phrases.push(list?);
        }
        Ok(hints)
    }

    fn phrases_called(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// A list of phrases.
    pub(super) fn phrases(&self, number: usize) -> &[Template<Token>] {
        self.phrases.get(number).map_or(&[], Vec::as_slice)
    }

    /// Reads a template of a text.
    ///
    /// # Errors
    /// The name of a place that is unknown.
    pub(super) fn template(&self, text: &str) -> Result<Template<Token>, String> {
        Template::parse(text, |name| {
            if let Some(list) = name.strip_prefix("phrase:") {
                return self.phrases_called(list).map(Token::Phrase);
            }
            if let Some(pattern) = name.strip_prefix("code:") {
                return Some(Token::Code(pattern.into()));
            }
            Some(match name {
                "first_name" => Token::FirstName,
                "last_name" => Token::LastName,
                "full_name" => Token::FullName,
                "anyone" => Token::Anyone,
                "email" => Token::Email,
                "office" => Token::Office,
                "domain" => Token::Domain,
                "handle" => Token::Handle,
                "company" => Token::Company,
                "street" => Token::Street,
                "city" => Token::City,
                "state" => Token::State,
                "zip" => Token::Zip,
                "country" => Token::Country,
                "phone" => Token::Phone,
                "mobile" => Token::Mobile,
                "job" => Token::Job,
                "label" => Token::Label,
                "n" => Token::Number,
                "year" => Token::Year,
                "minutes" => Token::Minutes,
                "sentences" => Token::Sentences,
                _ => return None,
            })
        })
    }

    /// The hint of a field, if there is one.
    pub(super) fn of(&self, module: &Module, field: &Field) -> Option<&Hint> {
        let any = |list: &[String], name: &str| {
            list.is_empty() || list.iter().any(|pattern| fits(pattern, name))
        };
        self.fields.iter().find(|hint| {
            any(&hint.modules, module.api_name())
                && any(&hint.fields, field.api_name())
                && (hint.types.is_empty() || hint.types.contains(&field.spec.data_type))
        })
    }

    /// Days from the creation of a record to its due date, least and most.
    pub(super) fn due(&self, module: &str) -> (i64, i64) {
        const USUAL: (i64, i64) = (5, 60);
        self.due.get(module).copied().unwrap_or(USUAL)
    }
}

/// Whether a name fits a pattern with `*`, without regard to case.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern.eq_ignore_ascii_case(name),
        Some((head, tail)) => {
            let Some((start, rest)) = name.split_at_checked(head.len()) else {
                return false;
            };
            start.eq_ignore_ascii_case(head)
                && rest
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([rest.len()])
                    .any(|at| fits(tail, &rest[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("Email", "email", true),
            ("*_Street", "Billing_Street", true),
            ("*_Street", "Street", false),
            ("*Zip*", "Mailing_Zip_Code", true),
            ("Organi*ation", "Organisation", true),
            ("a*b*c", "aXbYc", true),
            ("a*b", "ab", true),
            ("*", "", true),
            ("a*", "é", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn every_text_can_be_read() {
        let hints = Hints::read().expect("hints");
        for hint in &hints.fields {
            for text in &hint.text {
                hints
                    .template(text)
                    .unwrap_or_else(|e| panic!("{text}: {e}"));
            }
            for json in &hint.json {
                serde_json::from_str::<serde_json::Value>(json)
                    .unwrap_or_else(|e| panic!("{json}: {e}"));
            }
            assert!(hint.share.is_none_or(|share| (0.0..=1.0).contains(&share)));
        }
    }

    /// A name that no module has would hint at nothing.
    #[test]
    fn modules_in_hints_exist() {
        let hints = Hints::read().expect("hints");
        let named = hints.fields.iter().flat_map(|hint| &hint.modules);
        for name in named.chain(hints.due.keys()) {
            assert!(crate::schema::builtin::is_standard(name), "{name}");
        }
    }
}
