//! Labels of fields, and the API names that are made of them.

use crate::schema::Module;

/// Labels that Zoho keeps for itself (`Notes` was refused; the others were reported by the same
/// client).
const RESERVED_LABELS: &[&str] = &[
    "Notes",
    "Tags",
    "Attachments",
    "Approval",
    "Currency",
    "Layout",
];

/// API names that Zoho keeps for itself (from the same source).
const RESERVED_NAMES: &[&str] = &[
    "Notes",
    "Tags",
    "Attachments",
    "Products",
    "Contacts",
    "Accounts",
    "Leads",
    "Deals",
    "Tasks",
    "Events",
    "Calls",
    "Approval",
    "Currency",
    "Locked",
    "Layout",
    "Handler",
];

/// Letters that no label has (assumed: those that break forms and formulas).
const SPECIAL: &[char] = &['<', '>', '"', '\\', '`', '{', '}'];

/// Whether a label is one that Zoho keeps for itself.
pub(super) fn is_reserved_label(label: &str) -> bool {
    RESERVED_LABELS
        .iter()
        .any(|l| l.eq_ignore_ascii_case(label))
}

/// Whether an API name is one that Zoho keeps for itself.
pub(super) fn is_reserved_name(name: &str) -> bool {
    RESERVED_NAMES.iter().any(|n| n.eq_ignore_ascii_case(name))
}

/// Whether a label has letters that labels do not have.
pub(super) fn is_special(label: &str) -> bool {
    label.contains(SPECIAL) || label.chars().any(char::is_control)
}

/// Whether a text has the form of an API name.
pub(super) fn is_api_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name that Zoho makes of a label: what is neither a letter nor a digit of ASCII becomes `_`
/// (inferred), and a number follows where the name is taken or kept. A label of other scripts gives
/// `field` (assumed).
pub(super) fn from_label(label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = String::with_capacity(label.len());
    for c in label.trim().chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let base = name.trim_end_matches('_');
    let base = match base.chars().next() {
        None => "field".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("field_{base}"),
        Some(_) => base.to_owned(),
    };
    let mut names = std::iter::once(base.clone()).chain((1..).map(|n: u32| format!("{base}{n}")));
    let free = names.find(|name| !taken(name) && !is_reserved_name(name));
    free.unwrap_or(base)
}

/// The API name of a new field.
pub(super) fn of_field(label: &str, module: &Module) -> String {
    let known = |name: &str| {
        let mut fields = module.fields.iter();
        fields.any(|field| field.api_name().eq_ignore_ascii_case(name))
    };
    from_label(label, known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_labels() {
        let taken = |name: &str| name == "Size" || name == "Size1";
        for (label, name) in [
            (
                "Employee Identification number",
                "Employee_Identification_number",
            ),
            ("Prefer to work overseas?", "Prefer_to_work_overseas"),
            ("  a - b  ", "a_b"),
            ("Size", "Size2"),
            ("größe", "gr_e"),
            ("名前", "field"),
            ("2nd phone", "field_2nd_phone"),
            ("Handler", "Handler1"),
        ] {
            assert_eq!(from_label(label, taken), name, "{label}");
        }
    }

    #[test]
    fn forms_of_names() {
        for (text, good) in [
            ("A", true),
            ("a_1", true),
            ("1a", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(is_api_name(text), good, "{text}");
        }
        assert!(is_special("a<b") && !is_special("a & b?"));
    }
}
