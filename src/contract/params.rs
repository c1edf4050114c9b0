//! Parameters: names, versions, values, and what goes together.

use super::findings::Findings;
use super::keys::{SECRETS, Seen, other_version};
use super::request::{JudgedRequest, is_json};
use super::rules::{
    DUPLICATE_FIELD, EMPTY_PARAM, EXCLUSIVE_PARAMS, FIELD_LABEL, METHOD_OVERRIDE, MISSING_PARAM,
    PAGE_DEPTH, PARAM_OF_OTHER_VERSION, PARAM_VALUE, PER_PAGE, REPEATED_PARAM, TIME_FORM,
    TOKEN_MISPLACED, TOO_MANY_FIELDS, TOO_MANY_IDS, UNENCODED_PLUS, UNKNOWN_FIELD, UNKNOWN_PARAM,
    VALUE_CASE, WITHOUT_EFFECT,
};
use super::text::{hint, short, span};
use super::{criteria, path, values};
use crate::api::endpoint::{BodyKind, Endpoint, Param, ParamKind, Reach, Together};
use crate::api::paging::{MOST_PER_PAGE, WITHOUT_TOKEN};
use crate::api::param;
use crate::ids::Id;
use crate::request::Params;
use crate::schema::Module;

/// Judges the parameters of an operation.
pub(super) fn judge(
    judged: &JudgedRequest<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    findings: &mut Findings,
) {
    // what is no form has no parameters; and a secret is not to become the name of one
    let form = || !judged.request.body.is_ok_and(is_json);
    if endpoint.body.kind == BodyKind::Form && !form() {
        return;
    }
    let mut seen = Seen::default();
    for (name, value) in judged.params.iter() {
        let place = || place(judged, endpoint, name);
        if !seen.insert(name) {
            findings.tell(&REPEATED_PARAM, || {
                (place(), format!("\"{}\" is given again", short(name)))
            });
            continue;
        }
        match endpoint.param(name) {
            None => unknown(judged, endpoint, name, findings),
            Some(param) if !param.versions.contains(judged.version) => {
                let message = format!(
                    "\"{name}\" is a parameter of {}, not of {}",
                    span(param.versions),
                    judged.version
                );
                findings.add(&PARAM_OF_OTHER_VERSION, place(), message);
            }
            Some(_) if value.is_empty() => {
                findings.add(&EMPTY_PARAM, place(), format!("\"{name}\" has no value"));
            }
            Some(param) => {
                let given = One {
                    judged,
                    endpoint,
                    module,
                    param,
                    value,
                };
                given.judge(findings);
            }
        }
    }
    for param in endpoint.params {
        if param.required.contains(judged.version) && given(judged, param.name).is_none() {
            let message = format!("\"{}\" is missing", param.name);
            findings.add(&MISSING_PARAM, place(judged, endpoint, param.name), message);
        }
    }
    together(judged, endpoint, findings);
}

/// A parameter; one that is empty counts as absent.
fn given<'a>(judged: &JudgedRequest<'a>, name: &str) -> Option<&'a str> {
    judged.params.get(name).filter(|value| !value.is_empty())
}

/// Where a parameter stands: a form's may be in the query or in the body.
fn place(judged: &JudgedRequest<'_>, endpoint: &Endpoint, name: &str) -> String {
    let in_query = || {
        Params::parse(judged.request.query.as_bytes())
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

fn unknown(
    judged: &JudgedRequest<'_>,
    endpoint: &'static Endpoint,
    name: &str,
    findings: &mut Findings,
) {
    let place = || place(judged, endpoint, name);
    let shown = short(name);
    let same = |known: &&str| known.eq_ignore_ascii_case(name);
    if judged.request.path.starts_with("/crm/") && SECRETS.iter().any(same) {
        let message = format!("\"{shown}\" is given as a parameter");
        findings.add(&TOKEN_MISPLACED, place(), message);
    } else if name.eq_ignore_ascii_case("_method") {
        let message = "_method asks for another method";
        findings.add(&METHOD_OVERRIDE, place(), message);
    } else {
        findings.tell(&UNKNOWN_PARAM, || {
            let known = endpoint.params.iter();
            let known = known.filter(|param| param.versions.contains(judged.version));
            let near = hint(name, known.map(|param| param.name));
            let message = format!("{} has no parameter \"{shown}\"{near}", endpoint.id);
            (place(), message)
        });
    }
}

/// One parameter of an operation and its value.
struct One<'a, 'j> {
    judged: &'j JudgedRequest<'a>,
    endpoint: &'static Endpoint,
    module: Option<&'j Module>,
    param: &'static Param,
    value: &'a str,
}

impl One<'_, '_> {
    fn place(&self) -> String {
        place(self.judged, self.endpoint, self.param.name)
    }

    fn bad(&self, expected: &str, findings: &mut Findings) {
        let message = format!("\"{}\" is no {expected}", short(self.value));
        findings.add(&PARAM_VALUE, self.place(), message);
    }

    fn judge(&self, findings: &mut Findings) {
        let value = self.value;
        match self.param.kind {
            ParamKind::Text => {}
            ParamKind::Integer => match value.trim().parse::<usize>() {
                Ok(number) if number > 0 => {
                    if self.param.name == param::PER_PAGE.name && number > MOST_PER_PAGE {
                        let message = format!("{number} records on a page");
                        findings.add(&PER_PAGE, self.place(), message);
                    }
                }
                _ => self.bad("number from 1 on", findings),
            },
            ParamKind::Boolean => self.word(&["true", "false"], value, findings),
            ParamKind::Word(words) => self.word(words, value, findings),
            ParamKind::Words(words) => {
                for word in value.split(',') {
                    self.word(words, word.trim(), findings);
                }
            }
            ParamKind::Id => {
                if Id::parse(value.trim()).is_err() {
                    self.bad("id", findings);
                }
            }
            ParamKind::Ids => self.ids(findings),
            ParamKind::DateTime => self.time(findings),
            ParamKind::Module => {
                if self.judged.state.schema.module(value).is_none() {
                    path::unknown_module(self.judged, value, &self.place(), findings);
                }
            }
            ParamKind::Field | ParamKind::ListOrder => {
                if let Some(module) = self.module {
                    self.sort_field(module, findings);
                }
            }
            ParamKind::Fields => {
                if let Some(module) = self.module {
                    self.fields(module, findings);
                }
            }
            ParamKind::Criteria => {
                if let Some(module) = self.module {
                    criteria::judge(self.judged, module, value, &self.place(), findings);
                }
            }
        }
        self.effect(findings);
    }

    fn word(&self, words: &[&str], word: &str, findings: &mut Findings) {
        if words.contains(&word) {
            return;
        }
        let same = words.iter().find(|known| known.eq_ignore_ascii_case(word));
        match same {
            Some(known) => {
                let message = format!("\"{word}\" is written \"{known}\"");
                findings.add(&VALUE_CASE, self.place(), message);
            }
            None => {
                let message = format!("\"{}\" is none of {}", short(word), words.join(", "));
                findings.add(&PARAM_VALUE, self.place(), message);
            }
        }
    }

    fn ids(&self, findings: &mut Findings) {
        const MOST_IDS: usize = 100;
        let mut count = 0;
        for id in self.value.split(',').map(str::trim) {
            count += 1;
            // what stands there then are values of an external field
            if Id::parse(id).is_err() && self.judged.external_ids().own.is_none() {
                findings.tell(&PARAM_VALUE, || {
                    (self.place(), format!("\"{}\" is no id", short(id)))
                });
            }
        }
        if count > MOST_IDS {
            findings.add(&TOO_MANY_IDS, self.place(), format!("{count} ids"));
        }
    }

    fn time(&self, findings: &mut Findings) {
        let value = self.value;
        match values::time_form(value) {
            values::TimeForm::Documented => {}
            values::TimeForm::Tolerated(how) => {
                findings.add(&TIME_FORM, self.place(), format!("{value} {how}"));
            }
            values::TimeForm::Unreadable if values::lost_its_plus(value) => {
                let message = format!("\"{value}\" has a blank before its offset");
                findings.add(&UNENCODED_PLUS, self.place(), message);
            }
            values::TimeForm::Unreadable => self.bad("time with an offset", findings),
        }
    }

    fn sort_field(&self, module: &Module, findings: &mut Findings) {
        let name = self.value;
        let system = ["id", "Created_Time", "Modified_Time"];
        if module.field(name).is_none() {
            unknown_field(module, name, || self.place(), findings);
        } else if self.param.kind == ParamKind::ListOrder
            && self.judged.version.sorts_only_by_system_fields()
            && !system.contains(&name)
        {
            let message = format!(
                "{} sorts by {} alone",
                self.judged.version,
                system.join(", ")
            );
            findings.add(&PARAM_VALUE, self.place(), message);
        }
    }

    fn fields(&self, module: &Module, findings: &mut Findings) {
        const MOST_FIELDS: usize = 50;
        let mut count = 0;
        let mut seen = Seen::default();
        for name in self.value.split(',').map(str::trim) {
            count += 1;
            match module.field(name) {
                Some(field) => {
                    other_version(self.judged, field, || self.place(), findings);
                }
                // `$` keys may be asked for
                None if name.starts_with('$') => {}
                // the line items of v2
                None if name == "Product_Details"
                    && module.line_items().is_some()
                    && self.judged.version.has_product_details() => {}
                None => unknown_field(module, name, || self.place(), findings),
            }
            if !seen.insert(name) {
                findings.tell(&DUPLICATE_FIELD, || {
                    (self.place(), format!("\"{}\" is named twice", short(name)))
                });
            }
        }
        if count > MOST_FIELDS {
            findings.add(&TOO_MANY_FIELDS, self.place(), format!("{count} fields"));
        }
    }

    /// Parameters that concern some modules alone.
    fn effect(&self, findings: &mut Findings) {
        let concerned = self.param.concerns;
        let Some(module) = self.module else { return };
        if !concerned.is_empty() && concerned.iter().all(|name| module.field(name).is_none()) {
            let message = format!(
                "\"{}\" has no effect on {}",
                self.param.name,
                module.api_name()
            );
            findings.add(&WITHOUT_EFFECT, self.place(), message);
        }
    }
}

/// Tells of a name that is no field's.
fn unknown_field(
    module: &Module,
    name: &str,
    place: impl FnOnce() -> String,
    findings: &mut Findings,
) {
    let name = short(name);
    match module.field_called(name) {
        Some(field) if field.api_name() != name => findings.tell(&FIELD_LABEL, || {
            let message = format!("the field \"{name}\" is called \"{}\"", field.api_name());
            (place(), message)
        }),
        _ => findings.tell(&UNKNOWN_FIELD, || {
            let near = hint(name, module.fields.iter().map(|field| field.api_name()));
            let message = format!("{} has no field \"{name}\"{near}", module.api_name());
            (place(), message)
        }),
    }
}

/// What parameters mean together.
fn together(judged: &JudgedRequest<'_>, endpoint: &Endpoint, findings: &mut Findings) {
    let has = |param: &Param| given(judged, param.name).is_some();
    for rule in endpoint.together {
        match rule {
            Together::Exclude(first, second) => {
                if has(first) && has(second) {
                    let (first, second) = (first.name, second.name);
                    let message = format!("\"{first}\" and \"{second}\" are given together");
                    findings.add(&EXCLUSIVE_PARAMS, format!("$.query.{second}"), message);
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
                    findings.add(&EXCLUSIVE_PARAMS, format!("$.query.{other}"), message);
                }
            }
            Together::Any(params) => {
                if !params.iter().any(has) {
                    let names: Vec<&str> = params.iter().map(|param| param.name).collect();
                    let first = names.first().copied().unwrap_or_default();
                    let message = format!("none of {}", names.join(", "));
                    findings.add(&MISSING_PARAM, format!("$.query.{first}"), message);
                }
            }
        }
    }
    let limited = match endpoint.reach {
        Reach::All => false,
        Reach::Tokens => judged.version.has_page_tokens() && !has(&param::PAGE_TOKEN),
        Reach::Hits => true,
    };
    if limited {
        depth(judged, findings);
    }
}

/// A page further down a list than pages go.
fn depth(judged: &JudgedRequest<'_>, findings: &mut Findings) {
    let number = |param: Param| {
        let text = given(judged, param.name)?;
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
        findings.add(&PAGE_DEPTH, "$.query.page", message);
    }
}
