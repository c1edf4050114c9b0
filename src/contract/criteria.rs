//! Criteria of searches.

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{
    CRITERIA_DOUBLE_ENCODED, CRITERIA_FIELD, CRITERIA_LIMIT, CRITERIA_MALFORMED, CRITERIA_OPERATOR,
    CRITERIA_QUOTED, CRITERIA_UNDOCUMENTED_OPERATOR, CRITERIA_UNESCAPED, CRITERIA_VALUE,
    UNENCODED_PLUS,
};
use super::text::{hint, short};
use super::values;
use crate::error::{ApiError, Code};
use crate::query::criteria::{self, CriteriaCondition, CriteriaNode};
use crate::query::resolve::{self, ConditionRules};
use crate::schema::{Field, Module, Storage};

/// Judges a criteria over the fields of a module.
pub(super) fn judge(
    judged: &JudgedRequest<'_>,
    module: &Module,
    text: &str,
    path: &str,
    findings: &mut Findings,
) {
    if is_encoded(text) {
        findings.add(
            &CRITERIA_DOUBLE_ENCODED,
            path,
            format!("decoded once it is {}", short(text)),
        );
        return;
    }
    match criteria::parse(text) {
        Err(error) if error.kind == Code::CRITERIA_LIMIT => {
            let message = error.kind.message(crate::error::Wording::Zoho);
            findings.add(&CRITERIA_LIMIT, path, message);
        }
        Err(_) => findings.add(
            &CRITERIA_MALFORMED,
            path,
            format!("{} cannot be read", short(text)),
        ),
        Ok(node) => tree(judged, module, &node, path, findings),
    }
}

/// Whether the signs of the grammar stand there as they are written in a URL.
fn is_encoded(text: &str) -> bool {
    let signs = [
        "%28", "%3A", "%3a", "%2C", "%2c", "%29", "%20", "%2B", "%2b", "%25",
    ];
    text.contains('%') && signs.iter().any(|sign| text.contains(sign))
}

fn tree(
    judged: &JudgedRequest<'_>,
    module: &Module,
    node: &CriteriaNode,
    path: &str,
    findings: &mut Findings,
) {
    match node {
        CriteriaNode::All(parts) | CriteriaNode::Any(parts) => {
            for part in parts {
                tree(judged, module, part, path, findings);
            }
        }
        CriteriaNode::Condition(one) => {
            let rules = ConditionRules {
                exact_text: false,
                dates_compared: judged.version.search_compares_dates(),
            };
            if let Err(error) = resolve::criteria(node, module, rules) {
                refused(module, one, &error, path, findings);
            } else if let Some(field) = module.field(&one.field) {
                habits(judged, field, one, path, findings);
            }
        }
    }
}

/// A condition that the search refuses.
fn refused(
    module: &Module,
    one: &CriteriaCondition,
    error: &ApiError,
    path: &str,
    findings: &mut Findings,
) {
    let (name, operator) = (short(&one.field), short(&one.operator));
    let value = short(&one.value);
    if error.kind == Code::TOO_MANY_IN_VALUES {
        findings.add(&CRITERIA_LIMIT, path, format!("too many values for {name}"));
        return;
    }
    let Some(field) = module
        .field(name)
        .filter(|f| !matches!(f.kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw))
    else {
        let called = module
            .field_called(name)
            .filter(|field| field.api_name() != name);
        let message = match called {
            Some(field) => format!("the field \"{name}\" is called \"{}\"", field.api_name()),
            None => {
                let near = hint(name, module.fields.iter().map(Field::api_name));
                format!(
                    "{} cannot be searched by \"{name}\"{near}",
                    module.api_name()
                )
            }
        };
        findings.add(&CRITERIA_FIELD, path, message);
        return;
    };
    let data_type = field.spec.data_type.as_str();
    if error.details.contains_key("operator") {
        let message = format!("{name}, of the type {data_type}, does not take {operator}");
        findings.add(&CRITERIA_OPERATOR, path, message);
    } else if value.split(',').any(values::lost_its_plus) {
        let message = format!("\"{value}\" has a blank before its offset");
        findings.add(&UNENCODED_PLUS, path, message);
    } else {
        let message = format!("\"{value}\" is no value of {name}, of the type {data_type}");
        findings.add(&CRITERIA_VALUE, path, message);
    }
}

/// What is found, but better be written otherwise.
fn habits(
    judged: &JudgedRequest<'_>,
    field: &Field,
    one: &CriteriaCondition,
    path: &str,
    findings: &mut Findings,
) {
    let operator = one.operator.as_str();
    let value = one.value.trim();
    let textual = field.is_textual();
    if !field.flag('s') {
        let message = format!(
            "the metadata of {} calls it not searchable",
            field.api_name()
        );
        findings.add(&CRITERIA_FIELD, path, message);
    }
    // the pages of v2 list fewer operators
    if !judged.version.documents_all_operators() && (operator == "in" || operator == "not_equal") {
        let message = format!("{} does not list {operator}", judged.version);
        findings.add(&CRITERIA_UNDOCUMENTED_OPERATOR, path, message);
    }
    let quoted = |sign: char| value.len() > 1 && value.starts_with(sign) && value.ends_with(sign);
    if quoted('"') || quoted('\'') {
        findings.add(&CRITERIA_QUOTED, path, format!("the value is {value}"));
    }
    if textual && matches!(operator, "equals" | "not_equal" | "starts_with") {
        let mut escaped = false;
        let comma = value.bytes().any(|byte| {
            let bare = byte == b',' && !escaped;
            escaped = byte == b'\\' && !escaped;
            bare
        });
        if comma {
            findings.add(
                &CRITERIA_UNESCAPED,
                path,
                format!("\"{value}\" has a bare comma"),
            );
        }
    }
}
