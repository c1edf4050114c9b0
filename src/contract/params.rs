//! Parameters: names, versions, values, and what goes together.

use super::keys::{SECRETS, Seen, other_version};
use super::rules::{
    DUPLICATE_FIELD, EMPTY_PARAM, EXCLUSIVE_PARAMS, FIELD_LABEL, METHOD_OVERRIDE, MISSING_PARAM,
    PAGE_DEPTH, PARAM_OF_OTHER_VERSION, PARAM_VALUE, PER_PAGE, REPEATED_PARAM, TIME_FORM,
    TOKEN_MISPLACED, TOO_MANY_FIELDS, TOO_MANY_IDS, UNENCODED_PLUS, UNKNOWN_FIELD, UNKNOWN_PARAM,
    VALUE_CASE, WITHOUT_EFFECT,
};
use super::{Asked, Found, criteria, hint, is_json, path, short, span, values};
use crate::api::endpoint::{BodyKind, Endpoint, Param, ParamKind, Reach, Together};
use crate::api::paging::{MOST_PER_PAGE, WITHOUT_TOKEN};
use crate::api::param;
use crate::ids::Id;
use crate::request::Params;
use crate::schema::Module;

/// Judges the parameters of an operation.
pub(super) fn judge(
    asked: &Asked<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    found: &mut Found,
) {
    // what is no form has no parameters; and a secret is not to become the name of one
    let form = || asked.request.body.is_none_or(|sent| !is_json(sent));
    if endpoint.body.kind == BodyKind::Form && !form() {
        return;
    }
    let mut seen = Seen::default();
    for (name, value) in asked.params.iter() {
        let place = || place(asked, endpoint, name);
        if !seen.insert(name) {
            found.tell(&REPEATED_PARAM, || {
                (place(), format!("\"{}\" is given again", short(name)))
            });
            continue;
        }
        match endpoint.param(name) {
            None => unknown(asked, endpoint, name, found),
            Some(param) if !param.versions.contains(asked.version) => {
                let message = format!(
                    "\"{name}\" is a parameter of {}, not of {}",
                    span(param.versions),
                    asked.version
                );
                found.add(&PARAM_OF_OTHER_VERSION, place(), message);
            }
            Some(_) if value.is_empty() => {
                found.add(&EMPTY_PARAM, place(), format!("\"{name}\" has no value"));
            }
            Some(param) => {
                let given = One {
                    asked,
                    endpoint,
                    module,
                    param,
                    value,
                };
                given.judge(found);
            }
        }
    }
    for param in endpoint.params {
        if param.required.contains(asked.version) && given(asked, param.name).is_none() {
            let message = format!("\"{}\" is missing", param.name);
            found.add(&MISSING_PARAM, place(asked, endpoint, param.name), message);
        }
    }
    together(asked, endpoint, found);
}

/// A parameter; one that is empty counts as absent.
fn given<'a>(asked: &Asked<'a>, name: &str) -> Option<&'a str> {
    asked.params.get(name).filter(|value| !value.is_empty())
}

/// Where a parameter stands: a form's may be in the query or in the body.
fn place(asked: &Asked<'_>, endpoint: &Endpoint, name: &str) -> String {
    let in_query = || {
        Params::parse(asked.request.query.as_bytes())
            .get(name)
            .is_some()
    };
    let part = if endpoint.body.kind == BodyKind::Form && !in_query() {
        "body"
    } else {
        "query"
    };
    format!("$.{part}.{}", short(name))
}

fn unknown(asked: &Asked<'_>, endpoint: &'static Endpoint, name: &str, found: &mut Found) {
    let place = || place(asked, endpoint, name);
    let shown = short(name);
    let same = |known: &&str| known.eq_ignore_ascii_case(name);
    if asked.request.path.starts_with("/crm/") && SECRETS.iter().any(same) {
        let message = format!("\"{shown}\" is given as a parameter");
        found.add(&TOKEN_MISPLACED, place(), message);
    } else if name.eq_ignore_ascii_case("_method") {
        let message = "_method asks for another method";
        found.add(&METHOD_OVERRIDE, place(), message);
    } else {
        found.tell(&UNKNOWN_PARAM, || {
            let known = endpoint.params.iter();
            let known = known.filter(|param| param.versions.contains(asked.version));
            let near = hint(name, known.map(|param| param.name));
            let message = format!("{} has no parameter \"{shown}\"{near}", endpoint.id);
            (place(), message)
        });
    }
}

/// One parameter of an operation and its value.
struct One<'a, 'j> {
    asked: &'j Asked<'a>,
    endpoint: &'static Endpoint,
    module: Option<&'j Module>,
    param: &'static Param,
    value: &'a str,
}

impl One<'_, '_> {
    fn place(&self) -> String {
        place(self.asked, self.endpoint, self.param.name)
    }

    fn bad(&self, expected: &str, found: &mut Found) {
        let message = format!("\"{}\" is no {expected}", short(self.value));
        found.add(&PARAM_VALUE, self.place(), message);
    }

    fn judge(&self, found: &mut Found) {
        let value = self.value;
        match self.param.kind {
            ParamKind::Text => {}
            ParamKind::Integer => match value.trim().parse::<usize>() {
                Ok(number) if number > 0 => {
                    if self.param.name == param::PER_PAGE.name && number > MOST_PER_PAGE {
                        let message = format!("{number} records on a page");
                        found.add(&PER_PAGE, self.place(), message);
                    }
                }
                _ => self.bad("number from 1 on", found),
            },
            ParamKind::Boolean => self.word(&["true", "false"], value, found),
            ParamKind::Word(words) => self.word(words, value, found),
            ParamKind::Words(words) => {
                for word in value.split(',') {
                    self.word(words, word.trim(), found);
                }
            }
            ParamKind::Id => {
                if Id::parse(value.trim()).is_err() {
                    self.bad("id", found);
                }
            }
            ParamKind::Ids => self.ids(found),
            ParamKind::DateTime => self.time(found),
            ParamKind::Module => {
                if self.asked.state.schema.module(value).is_none() {
                    path::unknown_module(self.asked, value, &self.place(), found);
                }
            }
            ParamKind::Field | ParamKind::ListOrder => {
                if let Some(module) = self.module {
                    self.sort_field(module, found);
                }
            }
            ParamKind::Fields => {
                if let Some(module) = self.module {
                    self.fields(module, found);
                }
            }
            ParamKind::Criteria => {
                if let Some(module) = self.module {
                    criteria::judge(self.asked, module, value, &self.place(), found);
                }
            }
        }
        self.effect(found);
    }

    fn word(&self, words: &[&str], word: &str, found: &mut Found) {
        if words.contains(&word) {
            return;
        }
        let same = words.iter().find(|known| known.eq_ignore_ascii_case(word));
        match same {
            Some(known) => {
                let message = format!("\"{word}\" is written \"{known}\"");
                found.add(&VALUE_CASE, self.place(), message);
            }
            None => {
                let message = format!("\"{}\" is none of {}", short(word), words.join(", "));
                found.add(&PARAM_VALUE, self.place(), message);
            }
        }
    }

    fn ids(&self, found: &mut Found) {
        const MOST_IDS: usize = 100;
        let mut count = 0;
        for id in self.value.split(',').map(str::trim) {
            count += 1;
            if Id::parse(id).is_err() {
                found.tell(&PARAM_VALUE, || {
                    (self.place(), format!("\"{}\" is no id", short(id)))
                });
            }
        }
        if count > MOST_IDS {
            found.add(&TOO_MANY_IDS, self.place(), format!("{count} ids"));
        }
    }

    fn time(&self, found: &mut Found) {
        let value = self.value;
        match values::time_form(value) {
            values::TimeForm::Documented => {}
            values::TimeForm::Tolerated(how) => {
                found.add(&TIME_FORM, self.place(), format!("{value} {how}"));
            }
            values::TimeForm::Unreadable if values::lost_its_plus(value) => {
                let message = format!("\"{value}\" has a blank before its offset");
                found.add(&UNENCODED_PLUS, self.place(), message);
            }
            values::TimeForm::Unreadable => self.bad("time with an offset", found),
        }
    }

    fn sort_field(&self, module: &Module, found: &mut Found) {
        let name = self.value;
        let system = ["id", "Created_Time", "Modified_Time"];
        if module.field(name).is_none() {
            unknown_field(module, name, || self.place(), found);
        } else if self.param.kind == ParamKind::ListOrder
            && self.asked.version.sorts_only_by_system_fields()
            && !system.contains(&name)
        {
            let message = format!(
                "{} sorts by {} alone",
                self.asked.version,
                system.join(", ")
            );
            found.add(&PARAM_VALUE, self.place(), message);
        }
    }

    fn fields(&self, module: &Module, found: &mut Found) {
        const MOST_FIELDS: usize = 50;
        let mut count = 0;
        let mut seen = Seen::default();
        for name in self.value.split(',').map(str::trim) {
            count += 1;
            match module.field(name) {
                Some(field) => {
                    other_version(self.asked, field, || self.place(), found);
                }
                // `$` keys may be asked for
                None if name.starts_with('$') => {}
                // the line items of v2
                None if name == "Product_Details"
                    && module.line_items().is_some()
                    && self.asked.version.has_product_details() => {}
                None => unknown_field(module, name, || self.place(), found),
            }
            if !seen.insert(name) {
                found.tell(&DUPLICATE_FIELD, || {
                    (self.place(), format!("\"{}\" is named twice", short(name)))
                });
            }
        }
        if count > MOST_FIELDS {
            found.add(&TOO_MANY_FIELDS, self.place(), format!("{count} fields"));
        }
    }

    /// Parameters that concern some modules alone.
    fn effect(&self, found: &mut Found) {
        let concerned = self.param.concerns;
        let Some(module) = self.module else { return };
        if !concerned.is_empty() && concerned.iter().all(|name| module.field(name).is_none()) {
            let message = format!(
                "\"{}\" has no effect on {}",
                self.param.name,
                module.api_name()
            );
            found.add(&WITHOUT_EFFECT, self.place(), message);
        }
    }
}

/// Tells of a name that is no field's.
fn unknown_field(module: &Module, name: &str, place: impl FnOnce() -> String, found: &mut Found) {
    let name = short(name);
    match module.field_called(name) {
        Some(field) if field.api_name() != name => found.tell(&FIELD_LABEL, || {
            let message = format!("the field \"{name}\" is called \"{}\"", field.api_name());
            (place(), message)
        }),
        _ => found.tell(&UNKNOWN_FIELD, || {
            let near = hint(name, module.fields.iter().map(|field| field.api_name()));
            let message = format!("{} has no field \"{name}\"{near}", module.api_name());
            (place(), message)
        }),
    }
}

/// What parameters mean together.
fn together(asked: &Asked<'_>, endpoint: &Endpoint, found: &mut Found) {
    let has = |param: &Param| given(asked, param.name).is_some();
    for rule in endpoint.together {
        match rule {
            Together::Exclude(first, second) => {
                if has(first) && has(second) {
                    let (first, second) = (first.name, second.name);
                    let message = format!("\"{first}\" and \"{second}\" are given together");
                    found.add(&EXCLUSIVE_PARAMS, format!("$.query.{second}"), message);
                }
            }
            Together::First(params) => {
                let mut present = params.iter().filter(|param| has(param));
                let Some(first) = present.next() else {
                    continue;
                };
                for other in present {
                    let (first, other) = (first.name, other.name);
                    let message = format!("\"{other}\" is ignored beside \"{first}\"");
                    found.add(&EXCLUSIVE_PARAMS, format!("$.query.{other}"), message);
                }
            }
            Together::Any(params) => {
                if !params.iter().any(has) {
                    let names: Vec<&str> = params.iter().map(|param| param.name).collect();
                    let first = names.first().copied().unwrap_or_default();
                    let message = format!("none of {}", names.join(", "));
                    found.add(&MISSING_PARAM, format!("$.query.{first}"), message);
                }
            }
        }
    }
    let limited = match endpoint.reach {
        Reach::All => false,
        Reach::Tokens => asked.version.has_page_tokens() && !has(&param::PAGE_TOKEN),
        Reach::Hits => true,
    };
    if limited {
        depth(asked, found);
    }
}

/// A page further down a list than pages go.
fn depth(asked: &Asked<'_>, found: &mut Found) {
    let number = |param: Param| {
        let text = given(asked, param.name)?;
        text.trim().parse::<usize>().ok()
    };
    let Some(page) = number(param::PAGE) else {
        return;
    };
    let size = number(param::PER_PAGE)
        .unwrap_or(MOST_PER_PAGE)
        .min(MOST_PER_PAGE);
    if page.saturating_mul(size) > WITHOUT_TOKEN {
        let message = format!("page {page} of {size} records");
        found.add(&PAGE_DEPTH, "$.query.page", message);
    }
}
