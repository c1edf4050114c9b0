//! Values of unique fields: those that no other record has.

use super::Generator;
use super::chance::Chance;
use super::facts::Facts;
use super::pen::{DAY, Pen, base36, number_text, write_bool, write_quoted};
use super::plan::{Column, Plan, Recipe, SHORT_DOMAIN};
use super::text::cut;
use crate::schema::DataType;
use crate::value::{time, write_string};

/// Picks, numbers and the like that are tried before a unique field stays empty.
const TRIES: u64 = 64;

impl Generator {
    /// A value that no other record of the module has; nothing where there are not so many.
    pub(super) fn distinct(
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
