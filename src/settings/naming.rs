//! The API names of objects that come without one.

use serde_json::Value as Json;

use super::family::{Family, SettingChange};
use crate::store::{Setting, Tx};

/// The API name that an object of a name gets: all but letters and digits turn to `_` (assumed).
#[must_use]
pub fn api_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(letter).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("x{name}")
    }
}

/// Gives an object an API name if it has none: one that no other object of the family has.
pub fn give_api_name(tx: &mut Tx, family: &'static Family, change: SettingChange<'_>) {
    let unnamed = |setting: &&Setting| setting.text("api_name").is_none();
    let Some(new) = change.new.filter(unnamed) else {
        return;
    };
    let plain = api_name(&new.name);
    let taken = |name: &str| {
        let mut others = family.of(tx.state()).iter();
        others.any(|other| {
            let own = other.text("api_name");
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
        })
    };
    let numbered = (1..).map(|n| format!("{plain}{n}"));
    let mut names = std::iter::once(plain.clone()).chain(numbered);
    let name = names.find(|name| !taken(name));
    let mut new = new.clone();
    let name = name.map_or(Json::Null, Json::from);
    new.attributes.insert("api_name".to_owned(), name);
    tx.put_setting(family.name, new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::key::API_NAME;

    #[test]
    fn api_names_have_their_form() {
        for (name, expected) in [
            ("Group2", "Group2"),
            ("Group 2", "Group_2"),
            ("2nd", "x2nd"),
            ("", "x"),
            ("Grün", "Gr_n"),
        ] {
            assert_eq!(api_name(name), expected);
            assert!((API_NAME.fits)(&api_name(name)), "{name}");
        }
    }
}
