//! Names, companies and places by language and country.
//!
//! Names of people, streets and companies are those of the crate `fake`; which city lies where,
//! with what postal and area codes, is in `seed-data/generate/locales.json`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use deunicode::deunicode;
use fake::locales::{self, Data};
use serde::Deserialize;

use super::chance::Chance;
use super::template::{Part, Template};

const LOCALES: &str = include_str!("../../../seed-data/generate/locales.json");

/// A language with a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Locale(usize);

/// The lists of `fake` that are used.
struct Lists {
    first_names: &'static [&'static str],
    last_names: &'static [&'static str],
    full_name: &'static str,
    street_suffixes: &'static [&'static str],
    companies: &'static [&'static str],
    company_suffixes: &'static [&'static str],
    job: &'static str,
    job_parts: [&'static [&'static str]; 3],
}

fn lists<L: Data>() -> Lists {
    Lists {
        first_names: L::NAME_FIRST_NAME,
        last_names: L::NAME_LAST_NAME,
        full_name: L::NAME_TPL,
        street_suffixes: L::ADDRESS_STREET_SUFFIX,
        companies: L::COMPANY_NAME_TPLS,
        company_suffixes: L::COMPANY_SUFFIX,
        job: L::JOB_TITLE_TPL,
        job_parts: [L::JOB_SENIORITY, L::JOB_FIELD, L::JOB_POSITION],
    }
}

/// Name in `locales.json`, code as shown, and lists of each locale.
type Known = (&'static str, &'static str, fn() -> Lists);

macro_rules! known {
    ($($name:ident $code:literal),* $(,)?) => {
        /// Every locale; the first is that of a command that names none.
        const KNOWN: &[Known] = &[$((stringify!($name), $code, lists::<locales::$name>)),*];
    };
}

known![
    EN "en",
    AR_SA "ar_SA",
    CY_GB "cy_GB",
    DE_DE "de_DE",
    FA_IR "fa_IR",
    FR_FR "fr_FR",
    IT_IT "it_IT",
    JA_JP "ja_JP",
    NL_NL "nl_NL",
    PT_BR "pt_BR",
    PT_PT "pt_PT",
    TR_TR "tr_TR",
    ZH_CN "zh_CN",
    ZH_TW "zh_TW",
];

impl Locale {
    /// Every locale.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..KNOWN.len()).map(Self)
    }

    /// The code, such as `de_DE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        KNOWN[self.0].1
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Locale {
    type Err = String;

    /// Reads `de_DE`, `de-de` or, where only one country has the language, `de`.
    fn from_str(text: &str) -> Result<Self, String> {
        let given = text.to_ascii_lowercase().replace('-', "_");
        let language = |code: &str| code.split('_').next() == Some(given.as_str());
        let mut matching = Self::all().filter(|l| {
            l.code().eq_ignore_ascii_case(&given) || language(&l.code().to_lowercase())
        });
        match (matching.next(), matching.next()) {
            (Some(locale), None) => Ok(locale),
            _ => {
                let codes: Vec<&str> = Self::all().map(Self::code).collect();
                Err(format!("no such locale; there are {}", codes.join(", ")))
            }
        }
    }
}

/// A locale in `locales.json`. Lists that are absent are those of `fake`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    country: String,
    mobile: String,
    streets: Vec<String>,
    #[serde(default)]
    street_suffixes: Vec<String>,
    #[serde(default)]
    companies: Vec<String>,
    #[serde(default)]
    company_suffixes: Vec<String>,
    places: Vec<(String, String, String, String)>,
}

/// A city.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) city: String,
    pub(super) state: String,
    /// Pattern of its postal codes.
    pub(super) zip: String,
    /// Pattern of its phone numbers.
    pub(super) phone: String,
}

/// A name, and how it is written in addresses.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: &'static str,
    pub(super) ascii: String,
}

#[derive(Clone, Copy, Debug)]
enum StreetSlot {
    Name,
    Suffix,
    /// The suffix as a word of its own.
    Capital,
    Number,
}

#[derive(Clone, Copy, Debug)]
enum CompanySlot {
    First,
    Second,
    Suffix,
}

/// What texts are made of in one locale.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) first_names: Vec<Name>,
    pub(super) last_names: Vec<Name>,
    pub(super) country: String,
    /// Pattern of mobile numbers.
    pub(super) mobile: String,
    pub(super) places: Vec<Place>,
    /// True where the family name comes first.
    full_name: Template<bool>,
    streets: Vec<Template<StreetSlot>>,
    street_suffixes: Vec<String>,
    companies: Vec<Template<CompanySlot>>,
    company_suffixes: Vec<String>,
    job: Template<usize>,
    job_parts: [&'static [&'static str]; 3],
}

impl Words {
    /// The words of a locale.
    ///
    /// # Errors
    /// What is wrong with the embedded declaration: never in a released binary.
    pub(super) fn of(locale: Locale) -> Result<Self, String> {
        let (name, _, lists) = KNOWN[locale.0];
        let lists = lists();
        let mut declared: BTreeMap<String, Declared> =
            serde_json::from_str(LOCALES).map_err(|e| e.to_string())?;
        let declared = declared
            .remove(name)
            .ok_or_else(|| format!("locales.json lacks {name}"))?;
        let names = |list: &[&'static str]| {
            let name = |text: &&'static str| Name {
                text: text.trim(),
                ascii: ascii(text),
            };
            list.iter().map(name).collect()
        };
        let or = |given: Vec<String>, known: &[&str]| {
            if given.is_empty() {
                known.iter().map(|&word| word.to_owned()).collect()
            } else {
                given
            }
        };
        let street = |name: &str| match name {
            "name" => Some(StreetSlot::Name),
            "suffix" => Some(StreetSlot::Suffix),
            "Suffix" => Some(StreetSlot::Capital),
            "n" => Some(StreetSlot::Number),
            _ => None,
        };
        let company = |name: &str| match name {
            "1" | "Name_1" => Some(CompanySlot::First),
            "2" | "Name_2" => Some(CompanySlot::Second),
            "suffix" | "Suffix" => Some(CompanySlot::Suffix),
            _ => None,
        };
        let job = |name: &str| {
            let names = ["Seniority", "Field", "Position"];
            names.iter().position(|known| *known == name)
        };
        let full_name = |name: &str| match name {
            "FirstName" => Some(false),
            "LastName" => Some(true),
            _ => None,
        };
        let companies: Vec<String> = or(declared.companies, lists.companies);
        let places = declared.places.into_iter();
        Ok(Self {
            first_names: names(lists.first_names),
            last_names: names(lists.last_names),
            country: declared.country,
            mobile: declared.mobile,
            places: places
                .map(|(city, state, zip, phone)| Place {
                    city,
                    state,
                    zip,
                    phone,
                })
                .collect(),
            full_name: Template::parse(lists.full_name, full_name)?,
            streets: all(&declared.streets, street)?,
            street_suffixes: or(declared.street_suffixes, lists.street_suffixes),
            companies: all(&companies, company)?,
            company_suffixes: or(declared.company_suffixes, lists.company_suffixes),
            job: Template::parse(lists.job, job)?,
            job_parts: lists.job_parts,
        })
    }

    /// Appends first and last name in the order of the language.
    pub(super) fn full_name(&self, first: &str, last: &str, out: &mut String) {
        for part in &self.full_name.0 {
            out.push_str(match part {
                Part::Text(text) => text,
                Part::Slot(false) => first,
                Part::Slot(true) => last,
            });
        }
        // somebody of whom one name is known
        let shorter = out.trim().len();
        if shorter < out.len() {
            *out = out.trim().to_owned();
        }
    }

    /// Appends a street with a number.
    pub(super) fn street(&self, chance: &mut Chance, out: &mut String) {
        let Some(template) = chance.pick(&self.streets) else {
            return;
        };
        for part in &template.0 {
            match part {
                Part::Text(text) => chance.digits(text, out),
                Part::Slot(StreetSlot::Name) => {
                    out.push_str(chance.pick(&self.last_names).map_or("", |name| name.text));
                }
                Part::Slot(StreetSlot::Number) => {
                    out.push_str(&chance.between(1, 199).to_string());
                }
                Part::Slot(StreetSlot::Suffix) => {
                    out.push_str(
                        chance
                            .pick(&self.street_suffixes)
                            .map_or("", String::as_str),
                    );
                }
                Part::Slot(StreetSlot::Capital) => {
                    let suffix = chance.pick(&self.street_suffixes);
                    let mut letters = suffix.map_or("", String::as_str).chars();
                    out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                    out.push_str(letters.as_str());
                }
            }
        }
    }

    /// Appends the name of a company.
    pub(super) fn company(&self, chance: &mut Chance, out: &mut String) {
        let Some(template) = chance.pick(&self.companies) else {
            return;
        };
        for part in &template.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot(CompanySlot::First | CompanySlot::Second) => {
                    out.push_str(chance.pick(&self.last_names).map_or("", |name| name.text));
                }
                Part::Slot(CompanySlot::Suffix) => {
                    out.push_str(
                        chance
                            .pick(&self.company_suffixes)
                            .map_or("", String::as_str),
                    );
                }
            }
        }
    }

    /// Appends a job title.
    pub(super) fn job(&self, chance: &mut Chance, out: &mut String) {
        for part in &self.job.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot(part) => {
                    out.push_str(chance.pick(self.job_parts[*part]).copied().unwrap_or(""));
                }
            }
        }
    }
}

fn all<T>(texts: &[String], slot: impl Fn(&str) -> Option<T>) -> Result<Vec<Template<T>>, String> {
    texts
        .iter()
        .map(|text| Template::parse(text, &slot))
        .collect()
}

/// A text as it goes into mail and web addresses: small letters and digits.
pub(super) fn ascii(text: &str) -> String {
    let plain = deunicode(text);
    let kept = plain.bytes().filter(u8::is_ascii_alphanumeric);
    kept.map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::chance::Stream;
    use super::*;

    #[test]
    fn codes() {
        for (text, code) in [
            ("en", "en"),
            ("EN", "en"),
            ("de_DE", "de_DE"),
            ("de-de", "de_DE"),
            ("DE", "de_DE"),
            ("zh-TW", "zh_TW"),
        ] {
            assert_eq!(text.parse::<Locale>().map(Locale::code), Ok(code));
        }
        for bad in ["", "pt", "xx", "en_US", "d"] {
            let error = bad.parse::<Locale>().expect_err(bad);
            assert!(error.contains("there are en, ar_SA"), "{error}");
        }
    }

    #[test]
    fn every_locale_has_all_it_needs() {
        for locale in Locale::all() {
            let words = Words::of(locale).unwrap_or_else(|e| panic!("{locale}: {e}"));
            assert!(!words.places.is_empty(), "{locale}");
            let nameless = words.last_names.iter().filter(|name| name.ascii.is_empty());
            assert_eq!(nameless.count(), 0, "{locale}");
            let mut chance = Stream::new(0, &["x"]).at(0);
            for _ in 0..200 {
                let mut texts = [const { String::new() }; 4];
                words.street(&mut chance, &mut texts[0]);
                words.company(&mut chance, &mut texts[1]);
                words.job(&mut chance, &mut texts[2]);
                words.full_name("Ann", "Lee", &mut texts[3]);
                for text in texts {
                    assert!(
                        !text.is_empty() && !text.contains(['{', '}', '^', '#']),
                        "{locale}: {text}"
                    );
                    assert_eq!(text, text.trim(), "{locale}");
                }
            }
        }
    }

    #[test]
    fn addresses_are_ascii() {
        for (text, expected) in [
            ("Müller & Söhne", "mullersohne"),
            ("O'Hara", "ohara"),
            ("怡君", "yijun"),
        ] {
            assert_eq!(ascii(text), expected);
        }
    }
}
