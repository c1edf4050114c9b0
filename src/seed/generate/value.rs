//! The value of one field of one record, written as JSON.

use lean_string::LeanString;

use super::Generator;
use super::chance::Chance;
use super::facts::Facts;
use super::hints::{Anchor, DateHint, Token, When};
use super::pen::{DAY, Pen, base36, label, number_text, write_bool, write_quoted};
use super::plan::{Column, Plan, Recipe, SHORT_DOMAIN};
use super::target::{At, Target};
use super::template::Template;
use super::text::cut;
use crate::schema::{DataType, ModuleNo};
use crate::value::email::is_email;
use crate::value::{Number, Value, fold, time, write_string};

/// Rows of a subform that a record has at most.
const MOST_ROWS: u64 = 4;
/// Numbers set aside for the rows of one record.
const ROWS: u64 = 256;

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
                self.sentence(plan, column, templates, facts, &mut chance, pen);
            }
            Recipe::Pick(lists) => {
                if let Some(value) = chance.pick(&lists[facts.tense(plan)]) {
                    write_string(&mut pen.out, value);
                }
            }
            Recipe::Picks(all) => write_some(all, &mut chance, &mut pen.out),
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
                    percent.write(&mut pen.out);
                }
            }
            Recipe::Structure(target) => {
                self.structure(plan, column, *target, facts, &mut chance, pen);
            }
            Recipe::Created => self.write_time(facts.created, &mut pen.out),
            Recipe::Modified => self.modified(facts, &mut chance, pen),
        }
    }

    /// A text of one of the templates, as long as the field takes.
    fn sentence(
        &self,
        plan: &Plan,
        column: &Column,
        templates: &[Template<Token>],
        facts: &Facts<'_>,
        chance: &mut Chance,
        pen: &mut Pen,
    ) {
        pen.text.clear();
        let mut text = std::mem::take(&mut pen.text);
        self.text(plan, templates, facts, chance, &mut text);
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

    /// A time since the record was created, often that very time.
    fn modified(&self, facts: &Facts<'_>, chance: &mut Chance, pen: &mut Pen) {
        let age = (self.now - facts.created).clamp(0, 30 * DAY);
        let later = if chance.millionths(600_000) {
            chance.between(0, age)
        } else {
            0
        };
        self.write_time(facts.created + later, &mut pen.out);
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

    fn probability(&self, plan: &Plan, other: usize, facts: &Facts<'_>) -> Option<Number> {
        let other = plan.columns.get(other)?;
        let value = self.picked(plan, other, facts)?;
        let field = plan.module.field(&other.name)?;
        let listed = field.value_named(value)?;
        listed.probability.map(Number::of_integer)
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

    pub(super) fn write_time(&self, seconds: i64, out: &mut Vec<u8>) {
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
                    Some(Value::Double(number)) => number.write(&mut pen.out),
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
    fn rows(&self, rows: ModuleNo, facts: &Facts<'_>, chance: &mut Chance, pen: &mut Pen) {
        let Some(plan) = self.plan(rows) else {
            return;
        };
        pen.out.push(b'[');
        for row in 0..1 + chance.below(MOST_ROWS) {
            let index = facts.at.index * ROWS + row;
            let at = At {
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

/// Appends one to three of some values, in their order.
fn write_some(all: &[LeanString], chance: &mut Chance, out: &mut Vec<u8>) {
    let wanted = chance.between(1, 3).min(all.len() as i64);
    let mut left = wanted;
    out.push(b'[');
    // as many as are still wanted, of as many as are still to come
    for (seen, value) in (0..).zip(all) {
        if chance.between(1, all.len() as i64 - seen) <= left {
            if left < wanted {
                out.push(b',');
            }
            write_string(out, value);
            left -= 1;
        }
    }
    out.push(b']');
}
