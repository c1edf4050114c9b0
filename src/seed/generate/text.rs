//! Texts: templates filled in with what a record is about.

use super::Generator;
use super::chance::Chance;
use super::facts::Facts;
use super::hints::Token;
use super::plan::Plan;
use super::template::{Part, Template};
use crate::value::time;

/// Mailboxes of companies.
const OFFICES: [&str; 5] = ["info", "sales", "office", "contact", "orders"];

impl Generator {
    /// Appends a text made of one of the templates.
    pub(super) fn text(
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
pub(super) fn cut(text: &mut String, length: Option<u32>) {
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
}
