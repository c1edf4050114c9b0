//! Where somebody is to be found: address, phone and domain.
//!
//! Whoever belongs to a company shares its address. That of a company of the seed is the one that
//! the seed gives it.

use std::borrow::Cow;

use super::Generator;
use super::chance::Chance;
use super::hints::Token;
use super::locale::ascii;
use super::plan::{Column, Plan};
use super::target::Target;
use crate::schema::DataType;
use crate::store::Record;
use crate::value::Value;

/// An address, and what is made of it.
#[derive(Debug)]
pub(super) struct Home<'a> {
    pub(super) street: Cow<'a, str>,
    pub(super) city: Cow<'a, str>,
    pub(super) state: Cow<'a, str>,
    pub(super) zip: Cow<'a, str>,
    pub(super) country: Cow<'a, str>,
    /// Pattern of phone numbers.
    pub(super) phone: Cow<'a, str>,
    /// Of mail and web addresses.
    pub(super) domain: String,
}

impl Generator {
    /// The home of a company, or of somebody without one.
    pub(super) fn home(&self, root: Target, company: &str) -> Option<Home<'_>> {
        let plan = self.plan(root.module())?;
        let mut chance = plan.streams.address.at(match root {
            Target::Made(at) => at.index,
            Target::Held(_, id) => id.0,
        });
        let held = match root {
            Target::Made(_) => None,
            Target::Held(module, id) => self.record(module, id),
        };
        let mut home = self.new_home(&mut chance, company)?;
        if let Some(record) = held {
            home.take_from(plan, record);
        }
        Some(home)
    }

    fn new_home(&self, chance: &mut Chance, company: &str) -> Option<Home<'_>> {
        let place = chance.pick(&self.words.places)?;
        let (mut zip, mut street) = (String::new(), String::new());
        chance.digits(&place.zip, &mut zip);
        self.words.street(chance, &mut street);
        Some(Home {
            street: street.into(),
            city: place.city.as_str().into(),
            state: place.state.as_str().into(),
            zip: zip.into(),
            country: self.words.country.as_str().into(),
            phone: place.phone.as_str().into(),
            domain: domain(company),
        })
    }
}

impl Home<'_> {
    /// Puts what a record of the seed says in place of what was made up.
    fn take_from(&mut self, plan: &Plan, record: &Record) {
        let find = |fits: &dyn Fn(&Column) -> bool| {
            let column = plan.columns.iter().find(|column| fits(column))?;
            match record.stored(plan.module.field(&column.name)?.no) {
                Some(Value::Text(text)) => Some(text.to_string()),
                _ => None,
            }
        };
        let text = |test: fn(&Token) -> bool| find(&|column| column.is_only(test));
        if let Some(city) = text(|token| matches!(token, Token::City)) {
            let other = |test| Cow::Owned(text(test).unwrap_or_default());
            self.street = other(|token| matches!(token, Token::Street));
            self.state = other(|token| matches!(token, Token::State));
            self.zip = other(|token| matches!(token, Token::Zip));
            self.country = other(|token| matches!(token, Token::Country));
            self.city = city.into();
        }
        if let Some(website) = find(&|column| column.data_type == DataType::Website) {
            let host = website.split_once("//").map_or(&*website, |(_, host)| host);
            let host = host.strip_prefix("www.").unwrap_or(host);
            let host = host.split('/').next().unwrap_or_default();
            if host.contains('.') {
                self.domain = host.to_owned();
            }
        }
        if let Some(phone) = find(&|column| column.data_type == DataType::Phone) {
            self.phone = neighbours(&phone).into();
        }
    }
}

/// The domain of a company.
fn domain(company: &str) -> String {
    const LONGEST: usize = 40;
    let mut domain = ascii(company);
    domain.truncate(LONGEST);
    if domain.is_empty() {
        domain.push_str("company");
    }
    domain.push_str(".example");
    domain
}

/// The pattern of the numbers that differ from one in the last two digits.
fn neighbours(phone: &str) -> String {
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = 0;
    let pattern = phone.chars().map(|c| {
        seen += usize::from(c.is_ascii_digit());
        match c {
            c if c.is_ascii_digit() && seen + 2 > digits => '#',
            // what patterns are made of
            '#' | '^' => ' ',
            c => c,
        }
    });
    pattern.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        for (company, expected) in [
            ("Smith & Sons", "smithsons.example"),
            ("", "company.example"),
            ("Ö", "o.example"),
        ] {
            assert_eq!(domain(company), expected);
        }
        assert_eq!(domain(&"a".repeat(90)).len(), 48);
    }

    #[test]
    fn numbers_nearby() {
        for (phone, pattern) in [
            ("(503) 555-0112", "(503) 555-01##"),
            ("+49 30 1 x7", "+49 30 # x#"),
            ("#5", " #"),
            ("", ""),
        ] {
            assert_eq!(neighbours(phone), pattern);
        }
    }
}
