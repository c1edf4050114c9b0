//! Parameters: names, versions, values, and what goes together.

use super::rules::{
    DUPLICATE_FIELD, EMPTY_PARAM, EXCLUSIVE_PARAMS, FIELD_LABEL, FIELD_OF_OTHER_VERSION,
    METHOD_OVERRIDE, MISSING_PARAM, PAGE_DEPTH, PARAM_OF_OTHER_VERSION, PARAM_VALUE, PER_PAGE,
    REPEATED_PARAM, TIME_FORM, TOKEN_MISPLACED, TOO_MANY_FIELDS, TOO_MANY_IDS, UNENCODED_PLUS,
    UNKNOWN_FIELD, UNKNOWN_PARAM, VALUE_CASE, WITHOUT_EFFECT,
};
use super::{Asked, Found, body, criteria, hint, path, short, span, values};
use crate::api::endpoint::{BodyKind, Endpoint, Param, ParamKind};
use crate::api::paging::{MOST_PER_PAGE, WITHOUT_TOKEN};
use crate::ids::Id;
use crate::request::Params;
use crate::schema::{Field, Module};

/// Names under which clients send a token or secret where it does not belong.
pub(super) const SECRETS: [&str; 7] = [
    "access_token",
    "authtoken",
    "auth_token",
    "oauth_token",
    "oauthtoken",
    "client_secret",
    "refresh_token",
];

/// Judges the parameters of an operation.
pub(super) fn judge(
    asked: &Asked<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    found: &mut Found,
) {
    // what is no form has no parameters; and a secret is not to become the name of one
    let form = || asked.request.body.is_none_or(|sent| !body::is_json(sent));
    if endpoint.body == BodyKind::Form && !form() {
        return;
    }
    for (n, (name, value)) in asked.params.iter().enumerate() {
        let place = || place(asked, endpoint, name);
        if asked.params.iter().take(n).any(|(other, _)| other == name) {
            found.add(
                &REPEATED_PARAM,
                place(),
                format!("\"{name}\" is given again"),
            );
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
    let part = if endpoint.body == BodyKind::Form && !in_query() {
        "body"
    } else {
        "query"
    };
    format!("$.{part}.{}", short(name))
}

fn unknown(asked: &Asked<'_>, endpoint: &'static Endpoint, name: &str, found: &mut Found) {
    let place = place(asked, endpoint, name);
    let name = short(name);
    let same = |known: &&str| known.eq_ignore_ascii_case(name);
    if asked.request.path.starts_with("/crm/") && SECRETS.iter().any(same) {
        found.add(
            &TOKEN_MISPLACED,
            place,
            format!("\"{name}\" is given as a parameter"),
        );
    } else if name.eq_ignore_ascii_case("_method") {
        found.add(&METHOD_OVERRIDE, place, "_method asks for another method");
    } else {
        let known = endpoint.params.iter();
        let known = known.filter(|param| param.versions.contains(asked.version));
        let near = hint(name, known.map(|param| param.name));
        let message = format!("{} has no parameter \"{name}\"{near}", endpoint.id);
        found.add(&UNKNOWN_PARAM, place, message);
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
                    if self.param.name == "per_page" && number > MOST_PER_PAGE {
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
            ParamKind::Field => {
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
                found.add(
                    &PARAM_VALUE,
                    self.place(),
                    format!("\"{}\" is no id", short(id)),
                );
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
            unknown_field(module, name, &self.place(), found);
        } else if self.endpoint.id == "records.list"
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
        let names = || self.value.split(',').map(str::trim);
        for name in names() {
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
                None => unknown_field(module, name, &self.place(), found),
            }
            if names().take(count - 1).any(|other| other == name) {
                found.add(
                    &DUPLICATE_FIELD,
                    self.place(),
                    format!("\"{name}\" is named twice"),
                );
            }
        }
        if count > MOST_FIELDS {
            found.add(&TOO_MANY_FIELDS, self.place(), format!("{count} fields"));
        }
    }

    /// Parameters that concern some modules alone.
    fn effect(&self, found: &mut Found) {
        let concerned: &[&str] = match self.param.name {
            "converted" => &["Converted__s"],
            "startDateTime" | "endDateTime" => &["Start_DateTime", "Call_Start_Time"],
            _ => return,
        };
        let Some(module) = self.module else { return };
        if concerned.iter().all(|name| module.field(name).is_none()) {
            let message = format!(
                "\"{}\" has no effect on {}",
                self.param.name,
                module.api_name()
            );
            found.add(&WITHOUT_EFFECT, self.place(), message);
        }
    }
}

/// A field that the metadata of other versions has alone.
pub(super) fn other_version(
    asked: &Asked<'_>,
    field: &Field,
    place: impl FnOnce() -> String,
    found: &mut Found,
) {
    if !field.exists_in(asked.version) {
        let message = format!("{} does not list {}", asked.version, field.api_name());
        found.add(&FIELD_OF_OTHER_VERSION, place(), message);
    }
}

/// A name that is no field's.
fn unknown_field(module: &Module, name: &str, path: &str, found: &mut Found) {
    let name = short(name);
    match module.field_called(name) {
        Some(field) if field.api_name() != name => {
            let message = format!("the field \"{name}\" is called \"{}\"", field.api_name());
            found.add(&FIELD_LABEL, path, message);
        }
        _ => {
            let near = hint(name, module.fields.iter().map(|field| field.api_name()));
            let message = format!("{} has no field \"{name}\"{near}", module.api_name());
            found.add(&UNKNOWN_FIELD, path, message);
        }
    }
}

/// The parameters by which records are searched.
const SEARCHES: [&str; 4] = ["criteria", "email", "phone", "word"];

/// What parameters mean together.
fn together(asked: &Asked<'_>, endpoint: &Endpoint, found: &mut Found) {
    let has = |name: &str| given(asked, name).is_some();
    let exclude = |first: &str, second: &str, found: &mut Found| {
        if has(first) && has(second) {
            let message = format!("\"{first}\" and \"{second}\" are given together");
            found.add(&EXCLUSIVE_PARAMS, format!("$.query.{second}"), message);
        }
    };
    match endpoint.id {
        "records.list" => {
            exclude("page_token", "page", found);
            exclude("cvid", "sort_by", found);
            if asked.version.has_page_tokens() && !has("page_token") {
                depth(asked, found);
            }
        }
        "records.search" => {
            several(asked, found);
            if !SEARCHES.iter().any(|name| has(name)) {
                let message = format!("none of {}", SEARCHES.join(", "));
                found.add(&MISSING_PARAM, "$.query.criteria", message);
            }
            depth(asked, found);
        }
        "records.count" => {
            several(asked, found);
            for name in SEARCHES {
                exclude("cvid", name, found);
            }
        }
        _ => {}
    }
}

/// Searches of which one wins.
fn several(asked: &Asked<'_>, found: &mut Found) {
    let mut searches = SEARCHES.iter().filter(|name| given(asked, name).is_some());
    let Some(first) = searches.next() else { return };
    for other in searches {
        let message = format!("\"{other}\" is ignored beside \"{first}\"");
        found.add(&EXCLUSIVE_PARAMS, format!("$.query.{other}"), message);
    }
}

fn depth(asked: &Asked<'_>, found: &mut Found) {
    let number = |name: &str| given(asked, name).and_then(|text| text.trim().parse::<usize>().ok());
    let Some(page) = number("page") else { return };
    let size = number("per_page")
        .unwrap_or(MOST_PER_PAGE)
        .min(MOST_PER_PAGE);
    if page.saturating_mul(size) > WITHOUT_TOKEN {
        let message = format!("page {page} of {size} records");
        found.add(&PAGE_DEPTH, "$.query.page", message);
    }
}
