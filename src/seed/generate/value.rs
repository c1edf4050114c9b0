//! The value of one field of one record, written as JSON.

use super::Generator;
use super::chance::Chance;
use super::facts::{Facts, Target};
use super::hints::{Anchor, DateHint, Token, When};
use super::plan::{Column, Plan, Recipe, SHORT_DOMAIN};
use super::template::{Part, Template};
use crate::ops::input::is_email;
use crate::schema::{DataType, JsonType, Kind};
use crate::value::{Value, fold, time, write_double, write_string};

const DAY: i64 = 86_400;
/// Rows of a subform that a record has at most.
const MOST_ROWS: u64 = 4;
/// Numbers set aside for the rows of one record.
const ROWS: u64 = 256;
/// Mailboxes of companies.
const OFFICES: [&str; 5] = ["info", "sales", "office", "contact", "orders"];
/// Picks, numbers and the like that are tried before a unique field stays empty.
const TRIES: u64 = 64;

/// Where values are written, with a text that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Pen {
    pub(super) out: Vec<u8>,
    text: String,
}

impl Generator {
    /// Appends the value of a column; nothing where the record has none.
    pub(super) fn value(&self, plan: &Plan, column: &Column, facts: &Facts<'_>, pen: &mut Pen) {
        let Some(mut chance) = self.drawn(plan, column, facts) else {
            return;
        };
        let free = |text: &str| {
            column
                .unique
                .as_ref()
                .is_none_or(|taken| !taken.contains(&fold(text)))
        };
        match &column.recipe {
            _ if column.unique.is_some() && column.is_compared() => {
                self.distinct(plan, column, facts, &mut chance, &free, pen);
            }
            Recipe::Text(templates) => {
                pen.text.clear();
                let mut text = std::mem::take(&mut pen.text);
                self.text(plan, templates, facts, &mut chance, &mut text);
                cut(&mut text, column.length);
                if column.data_type == DataType::Email && !is_email(&text) {
                    text.clear();
                    base36(facts.at.index, &mut text);
                    text.push_str(SHORT_DOMAIN);
                    cut(&mut text, column.length);
                }
                let fits = column.data_type != DataType::Email || is_email(&text);
                if fits && !text.is_empty() {
                    write_string(&mut pen.out, &text);
                }
                pen.text = text;
            }
            Recipe::Pick(lists) => {
                if let Some(value) = chance.pick(&lists[facts.tense(plan)]) {
                    write_string(&mut pen.out, value);
                }
            }
            Recipe::Picks(all) => {
                let wanted = chance.between(1, 3).min(all.len() as i64);
                let mut left = wanted;
                pen.out.push(b'[');
                // as many as are still wanted, of as many as are still to come
                for (seen, value) in (0..).zip(all) {
                    if chance.between(1, all.len() as i64 - seen) <= left {
                        if left < wanted {
                            pen.out.push(b',');
                        }
                        write_string(&mut pen.out, value);
                        left -= 1;
                    }
                }
                pen.out.push(b']');
            }
            Recipe::Number {
                low,
                high,
                decimals,
            } => {
                let number = chance.amount(*low, *high);
                let ending = if *decimals > 0 && number < *high {
                    chance.pick(&["", "", ".5", ".9", ".49", ".95"]).copied()
                } else {
                    None
                };
                let ending = ending.filter(|text| text.len() <= *decimals as usize + 1);
                number_text(column, number, ending.unwrap_or_default(), &mut pen.out);
            }
            Recipe::Truth(share) => write_bool(chance.millionths(*share), &mut pen.out),
            Recipe::Date(hint) => {
                let days = self.moment(facts, hint, &mut chance).0;
                write_quoted(&mut pen.out, |out| time::write_date(out, days));
            }
            Recipe::Time(hint) => {
                let seconds = self.moment(facts, hint, &mut chance).1;
                self.write_time(seconds, &mut pen.out);
            }
            Recipe::Link(link) => {
                if let Some(target) = facts.links.get(*link).and_then(|link| link.target) {
                    self.write_target(target, &mut pen.out);
                }
            }
            Recipe::User => {
                let user = chance.pick(&self.users).copied();
                let user = user.unwrap_or(self.state.current_user);
                write_quoted(&mut pen.out, |out| user.write(out));
            }
            Recipe::Rows(rows) => self.rows(*rows, facts, &mut chance, pen),
            Recipe::Json(texts) => {
                if let Some(text) = chance.pick(texts) {
                    pen.out.extend_from_slice(text.as_bytes());
                }
            }
            Recipe::Copy(link, field) => {
                if let Some(target) = facts.links.get(*link).and_then(|link| link.target) {
                    self.copied(target, field, column, pen);
                }
            }
            Recipe::Probability(other) => {
                if let Some(percent) = self.probability(plan, *other, facts) {
                    write_double(&mut pen.out, percent);
                }
            }
            Recipe::Structure(target) => {
                self.structure(plan, column, *target, facts, &mut chance, pen);
            }
            Recipe::Created => self.write_time(facts.created, &mut pen.out),
            Recipe::Modified => {
                let age = (self.now - facts.created).clamp(0, 30 * DAY);
                let later = if chance.millionths(600_000) {
                    chance.between(0, age)
                } else {
                    0
                };
                self.write_time(facts.created + later, &mut pen.out);
            }
        }
    }

    /// The chance of a value, if the record has one.
    fn drawn(&self, plan: &Plan, column: &Column, facts: &Facts<'_>) -> Option<Chance> {
        let mut chance = column.stream.at(facts.at.index);
        if !chance.millionths(column.share) {
            return None;
        }
        if !column.mandatory {
            if column
                .when
                .is_some_and(|when| (when == When::Past) != facts.past)
            {
                return None;
            }
            if let Some((other, values, wanted)) = &column.condition {
                let other = plan.columns.get(*other)?;
                let value = self.picked(plan, other, facts);
                let among = value.is_some_and(|value| values.iter().any(|v| v == value));
                if among != *wanted {
                    return None;
                }
            }
        }
        Some(chance)
    }

    /// The value of a picklist of the record.
    fn picked<'p>(&self, plan: &Plan, column: &'p Column, facts: &Facts<'_>) -> Option<&'p str> {
        let Recipe::Pick(lists) = &column.recipe else {
            return None;
        };
        let mut chance = self.drawn(plan, column, facts)?;
        chance
            .pick(&lists[facts.tense(plan)])
            .map(|value| value.as_str())
    }

    fn probability(&self, plan: &Plan, other: usize, facts: &Facts<'_>) -> Option<f64> {
        let other = plan.columns.get(other)?;
        let value = self.picked(plan, other, facts)?;
        let field = plan.module.field(&other.name)?;
        let listed = field.pick_list.iter().find(|v| v.actual_value == value)?;
        let percent = u32::try_from(listed.probability?).ok()?;
        Some(f64::from(percent))
    }

    /// Appends a text made of one of the templates.
    fn text(
        &self,
        plan: &Plan,
        templates: &[Template<Token>],
        facts: &Facts<'_>,
        chance: &mut Chance,
        out: &mut String,
    ) {
        let Some(template) = chance.pick(templates) else {
            return;
        };
        for part in &template.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot(token) => self.token(plan, token, facts, chance, out),
            }
        }
    }

    fn token(
        &self,
        plan: &Plan,
        token: &Token,
        facts: &Facts<'_>,
        chance: &mut Chance,
        out: &mut String,
    ) {
        let person = &facts.person;
        match token {
            Token::FirstName => out.push_str(&person.first),
            Token::LastName => out.push_str(&person.last),
            Token::FullName => self.words.full_name(&person.first, &person.last, out),
            Token::Anyone => {
                let person = self.anyone(chance);
                self.words.full_name(&person.first, &person.last, out);
            }
            Token::Email => {
                handle(facts, ".", out);
                out.push('@');
                out.push_str(&facts.home.domain);
            }
            Token::Office => out.push_str(chance.pick(&OFFICES).copied().unwrap_or_default()),
            Token::Domain => out.push_str(&facts.home.domain),
            Token::Handle => handle(facts, "_", out),
            Token::Company => out.push_str(&facts.company),
            Token::Street => out.push_str(&facts.home.street),
            Token::City => out.push_str(&facts.home.city),
            Token::State => out.push_str(&facts.home.state),
            Token::Zip => out.push_str(&facts.home.zip),
            Token::Country => out.push_str(&facts.home.country),
            Token::Phone => chance.digits(&facts.home.phone, out),
            Token::Mobile => chance.digits(&self.words.mobile, out),
            Token::Job => self.words.job(chance, out),
            Token::Label => out.push_str(&plan.module.spec.singular_label),
            Token::Number => out.push_str(&(facts.at.index + 1).to_string()),
            Token::Year => {
                let days = time::day_of(facts.created, &self.state.time_zone);
                out.push_str(&time::civil_from_days(i64::from(days)).0.to_string());
            }
            Token::Minutes => {
                let (minutes, seconds) = (chance.between(1, 40), chance.between(0, 59));
                out.push_str(&format!("{minutes:02}:{seconds:02}"));
            }
            Token::Sentences => {
                let list = self.hints.phrases(self.hints.sentences);
                let all = list.len() as u64;
                // so far apart that none comes twice
                let (first, step) = (chance.below(all), 1 + chance.below(all / 3));
                for n in 0..chance.below(3) + 1 {
                    if n > 0 {
                        out.push(' ');
                    }
                    let at = usize::try_from((first + n * step) % all.max(1)).unwrap_or(0);
                    let one = list.get(at..=at).unwrap_or_default();
                    self.text(plan, one, facts, chance, out);
                }
            }
            Token::Code(pattern) => chance.code(pattern, out),
            Token::Phrase(list) => {
                self.text(plan, self.hints.phrases(*list), facts, chance, out);
            }
        }
    }

    /// Day and instant of a date.
    fn moment(&self, facts: &Facts<'_>, hint: &DateHint, chance: &mut Chance) -> (i32, i64) {
        let zone = &self.state.time_zone;
        let later = chance.between(hint.days.0, hint.days.1);
        let minutes = chance.between(hint.minutes.0 / 15, hint.minutes.1 / 15) * 15;
        let from = match hint.from {
            Anchor::Created => facts.created,
            Anchor::Now => self.now,
            Anchor::Due | Anchor::Start => facts.start,
        };
        let seconds = from + later * DAY + minutes * 60;
        let day = match hint.from {
            Anchor::Due | Anchor::Start => i64::from(facts.due) + later,
            Anchor::Created | Anchor::Now => i64::from(time::day_of(seconds, zone)),
        };
        (i32::try_from(day).unwrap_or_default(), seconds)
    }

    fn write_time(&self, seconds: i64, out: &mut Vec<u8>) {
        write_quoted(out, |out| {
            time::write_datetime(out, seconds, &self.state.time_zone);
        });
    }

    /// A label of a generated record, an id of one of the seed.
    pub(super) fn write_target(&self, target: Target, out: &mut Vec<u8>) {
        match target {
            Target::Held(_, id) => write_quoted(out, |out| id.write(out)),
            Target::Made(at) => {
                if let Some(plan) = self.plan(at.module) {
                    write_quoted(out, |out| label(plan, at.index, out));
                }
            }
        }
    }

    /// The value that a field of another record has.
    fn copied(&self, target: Target, field: &str, column: &Column, pen: &mut Pen) {
        let Some(plan) = self.plan(target.module()) else {
            return;
        };
        let from = pen.out.len();
        match target {
            Target::Made(at) => {
                if let (Some(theirs), Some(facts)) = (plan.column(field), self.facts(at)) {
                    self.value(plan, theirs, &facts, pen);
                }
            }
            Target::Held(module, id) => {
                let record = self.state.tables.get(module).get(id);
                match record.map(|record| record.by_name(field, &plan.module)) {
                    Some(Value::Text(text)) => write_string(&mut pen.out, &text),
                    Some(Value::Double(number)) => write_double(&mut pen.out, number),
                    Some(Value::Int(number)) => pen.out.extend(number.to_string().bytes()),
                    _ => {}
                }
            }
        }
        // it may be longer than this field can hold
        if pen.out.get(from) == Some(&b'"') {
            let text: Result<String, _> = serde_json::from_slice(&pen.out[from..]);
            let most = column.length.map_or(usize::MAX, |most| most as usize);
            if !text.is_ok_and(|text| text.chars().count() <= most) {
                pen.out.truncate(from);
            }
        }
    }

    /// Rows of a subform.
    fn rows(&self, rows: u16, facts: &Facts<'_>, chance: &mut Chance, pen: &mut Pen) {
        let Some(plan) = self.plan(rows) else {
            return;
        };
        pen.out.push(b'[');
        for row in 0..1 + chance.below(MOST_ROWS) {
            let index = facts.at.index * ROWS + row;
            let at = super::facts::At {
                module: rows,
                index,
            };
            let Some(facts) = self.facts(at) else {
                continue;
            };
            if row > 0 {
                pen.out.push(b',');
            }
            pen.out.push(b'{');
            self.pairs(plan, &facts, true, pen);
            pen.out.push(b'}');
        }
        pen.out.push(b']');
    }

    /// Appends `"Field":value` for each value, with commas between.
    pub(super) fn pairs(&self, plan: &Plan, facts: &Facts<'_>, row: bool, pen: &mut Pen) {
        let start = pen.out.len();
        for column in &plan.columns {
            if row && column.records_only {
                continue;
            }
            let from = pen.out.len();
            if from > start || (!row && plan.labelled) {
                pen.out.push(b',');
            }
            write_string(&mut pen.out, &column.name);
            pen.out.push(b':');
            let value = pen.out.len();
            self.value(plan, column, facts, pen);
            if pen.out.len() == value {
                pen.out.truncate(from);
                continue;
            }
            if let Some(module) = self.se_module(plan, column, facts) {
                pen.out.extend_from_slice(b",\"$se_module\":");
                write_string(&mut pen.out, module);
            }
        }
    }

    /// The module that an open lookup leads to, for `$se_module`.
    pub(super) fn se_module<'g>(
        &'g self,
        plan: &Plan,
        column: &Column,
        facts: &Facts<'_>,
    ) -> Option<&'g str> {
        let Recipe::Link(link) = column.recipe else {
            return None;
        };
        if !plan.links.get(link)?.open {
            return None;
        }
        let target = facts.links.get(link)?.target?;
        Some(self.plan(target.module())?.module.api_name())
    }

    /// What a mandatory field of a structured type holds: the least that is sensible.
    fn structure(
        &self,
        plan: &Plan,
        column: &Column,
        target: Option<u16>,
        facts: &Facts<'_>,
        chance: &mut Chance,
        pen: &mut Pen,
    ) {
        let out = &mut pen.out;
        let list = matches!(
            plan.module
                .field(&column.name)
                .map(crate::schema::Field::json_type),
            Some(JsonType::JsonArray)
        );
        if list {
            out.push(b'[');
        }
        out.push(b'{');
        match column.data_type {
            DataType::FileUpload | DataType::ImageUpload => {
                let mut id = String::new();
                chance.code("AA####AA####", &mut id);
                out.extend(
                    format!("\"File_Id__s\":\"{id}\",\"File_Name__s\":\"file.pdf\"").bytes(),
                );
            }
            DataType::MultiSelectLookup | DataType::MultiModuleLookup if target.is_some() => {
                let theirs = target.and_then(|module| self.plan(module));
                let chosen = theirs.and_then(|theirs| {
                    let number = chance.below(theirs.pool());
                    let module = theirs.module.no;
                    if theirs.count > 0 {
                        let index = number;
                        return Some(Target::Made(super::facts::At { module, index }));
                    }
                    let id = theirs.held.get(usize::try_from(number).ok()?)?;
                    Some(Target::Held(module, *id))
                });
                if let (Some(chosen), Some(theirs)) = (chosen, theirs) {
                    out.extend_from_slice(b"\"module\":{\"api_name\":");
                    write_string(out, theirs.module.api_name());
                    out.extend_from_slice(b"},\"id\":");
                    self.write_target(chosen, out);
                }
            }
            DataType::MultiUserLookup => {
                let user = chance.pick(&self.users).copied();
                out.extend_from_slice(b"\"id\":");
                write_quoted(out, |out| {
                    user.unwrap_or(self.state.current_user).write(out)
                });
            }
            DataType::Layout => {
                if let Some(layout) = &plan.module.layout {
                    out.extend_from_slice(b"\"name\":");
                    write_string(out, layout.name());
                    out.extend_from_slice(b",\"id\":");
                    write_quoted(out, |out| layout.id.write(out));
                }
            }
            DataType::LineTax => out.extend_from_slice(b"\"name\":\"Vat\",\"percentage\":5"),
            DataType::MultiReminder | DataType::EventReminder => {
                out.extend_from_slice(b"\"unit\":15,\"period\":\"minutes\"");
            }
            DataType::Alarm => {
                out.extend_from_slice(b"\"ALARM\":\"FREQ=NONE;ACTION=POPUP;TRIGGER=DATE-TIME:");
                time::write_datetime(out, facts.start, &self.state.time_zone);
                out.push(b'"');
            }
            DataType::RRule => {
                out.extend_from_slice(b"\"RRULE\":\"FREQ=WEEKLY;INTERVAL=1;COUNT=4;DTSTART=");
                time::write_date(out, time::day_of(facts.start, &self.state.time_zone));
                out.push(b'"');
            }
            _ => {
                let mut name = String::new();
                chance.code("AA-###", &mut name);
                out.extend(format!("\"name\":\"{name}\"").bytes());
            }
        }
        out.push(b'}');
        if list {
            out.push(b']');
        }
    }

    /// A value that no other record of the module has; nothing where there are not so many.
    fn distinct(
        &self,
        plan: &Plan,
        column: &Column,
        facts: &Facts<'_>,
        chance: &mut Chance,
        free: &dyn Fn(&str) -> bool,
        pen: &mut Pen,
    ) {
        // records that share a number, in a further round, share nothing else
        let numbers = (0..TRIES).map(|round| facts.at.index + round * plan.count.max(1));
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let zone = &self.state.time_zone;
        match &column.recipe {
            Recipe::Text(templates) => {
                let mut base = String::new();
                self.text(plan, templates, facts, chance, &mut base);
                let text = numbers
                    .map(|number| numbered(&base, number, column))
                    .find(|text| text.as_ref().is_none_or(|text| free(text)));
                if let Some(Some(text)) = text {
                    write_string(&mut pen.out, &text);
                }
            }
            Recipe::Pick([all, ..]) => {
                let values = numbers.map_while(|n| all.get(usize::try_from(n).ok()?));
                if let Some(value) = values.into_iter().find(|value| free(value)) {
                    write_string(&mut pen.out, value);
                }
            }
            Recipe::Truth(_) => {
                let mut truths = numbers.take_while(|n| *n < 2).map(|n| n == 0);
                if let Some(truth) = truths.find(|truth| free(&truth.to_string())) {
                    write_bool(truth, &mut pen.out);
                }
            }
            Recipe::Number { .. } => {
                let digits = column.length.unwrap_or(9).min(15);
                let most = 10i64.checked_pow(digits).map_or(i64::MAX, |most| most - 1);
                let mut fitting = numbers.map(signed).map(|n| n.saturating_add(1));
                let number = fitting.find(|n| *n > most || free(&n.to_string()));
                if let Some(number) = number.filter(|n| *n <= most) {
                    number_text(column, number, "", &mut pen.out);
                }
            }
            Recipe::Date(_) => {
                let today = i64::from(time::day_of(self.now, zone));
                let mut days =
                    numbers.filter_map(|n| i32::try_from(today.checked_sub(signed(n))?).ok());
                // dates begin with the year 1
                let days = days
                    .find(|d| free(&time::format_date(*d)))
                    .filter(|d| *d > -719_000);
                if let Some(days) = days {
                    write_quoted(&mut pen.out, |out| time::write_date(out, days));
                }
            }
            Recipe::Time(_) => {
                let mut times =
                    numbers.map(|n| self.now.saturating_sub(signed(n).saturating_mul(60)));
                let seconds = times.find(|t| free(&t.to_string()));
                if let Some(seconds) = seconds.filter(|t| *t > -719_000 * DAY) {
                    self.write_time(seconds, &mut pen.out);
                }
            }
            Recipe::User => {
                let users = numbers.map_while(|n| self.users.get(usize::try_from(n).ok()?));
                if let Some(user) = users.into_iter().find(|user| free(&user.to_string())) {
                    write_quoted(&mut pen.out, |out| user.write(out));
                }
            }
            Recipe::Link(link) => {
                if let Some(target) = facts.links.get(*link).and_then(|link| link.target) {
                    self.write_target(target, &mut pen.out);
                }
            }
            _ => {}
        }
    }
}

impl Facts<'_> {
    /// Which of the lists of a picklist counts.
    fn tense(&self, plan: &Plan) -> usize {
        match (plan.needs_due, self.past) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        }
    }
}

/// Appends the label of a record, without quotes.
pub(super) fn label(plan: &Plan, index: u64, out: &mut Vec<u8>) {
    out.push(b'#');
    out.extend_from_slice(plan.module.api_name().as_bytes());
    out.push(b'-');
    crate::ids::Id(index + 1).write(out);
}

/// Appends first and last name as in an address.
fn handle(facts: &Facts<'_>, between: &str, out: &mut String) {
    let person = &facts.person;
    out.push_str(&person.first_ascii);
    if !person.first_ascii.is_empty() && !person.last_ascii.is_empty() {
        out.push_str(between);
    }
    out.push_str(&person.last_ascii);
}

/// Cuts a text to so many characters.
fn cut(text: &mut String, length: Option<u32>) {
    let most = length.map_or(usize::MAX, |most| most as usize);
    // a text has at least as many bytes as characters
    if text.len() > most
        && let Some((at, _)) = text.char_indices().nth(most)
    {
        text.truncate(at);
    }
    let end = text.trim_end().len();
    text.truncate(end);
}

/// A text with a number that sets it apart; none where there is no room for it.
fn numbered(text: &str, number: u64, column: &Column) -> Option<String> {
    /// Room for a sign and a number of ten digits.
    const NUMBER: usize = 11;
    let most = column.length.map_or(usize::MAX, |most| most as usize);
    let mut short = String::new();
    base36(number, &mut short);
    if column.data_type == DataType::Email {
        let (local, domain) = text.split_once('@')?;
        let room = most.saturating_sub(domain.len() + 1 + NUMBER);
        if room == 0 {
            short.push_str(SHORT_DOMAIN);
            return (short.len() <= most).then_some(short);
        }
        let local = local.get(..local.len().min(room)).unwrap_or("x");
        return Some(format!("{}.{number}@{domain}", local.trim_end_matches('.')));
    }
    if most <= NUMBER {
        return (short.len() <= most).then_some(short);
    }
    let mut text = text.to_owned();
    cut(
        &mut text,
        Some(u32::try_from(most - NUMBER).unwrap_or(u32::MAX)),
    );
    let sign = if column.data_type == DataType::Website {
        '/'
    } else {
        ' '
    };
    Some(format!("{text}{sign}{number}"))
}

/// Appends a number in as few letters and digits as there can be.
fn base36(number: u64, out: &mut String) {
    if number >= 36 {
        base36(number / 36, out);
    }
    let digit = u32::try_from(number % 36).unwrap_or_default();
    out.extend(char::from_digit(digit, 36));
}

fn number_text(column: &Column, number: i64, ending: &str, out: &mut Vec<u8>) {
    let text = format!("{number}{ending}");
    if column.kind == Kind::BigInt {
        write_string(out, &text);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

fn write_bool(truth: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

fn write_quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_characters() {
        for (text, most, expected) in [
            ("abc", 5, "abc"),
            ("abcdef", 3, "abc"),
            ("äöü", 2, "äö"),
            ("ab cd", 3, "ab"),
            ("a", 0, ""),
        ] {
            let mut cut_text = text.to_owned();
            cut(&mut cut_text, Some(most));
            assert_eq!(cut_text, expected);
        }
    }

    #[test]
    fn numbers_in_letters() {
        let text = |number| {
            let mut out = String::new();
            base36(number, &mut out);
            out
        };
        assert_eq!(
            [0, 35, 36, 1295, 1296].map(text),
            ["0", "z", "10", "zz", "100"]
        );
    }
}
