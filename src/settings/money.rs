//! The world's currencies, and the rules about those of an org.

use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::family::{SettingChange, ShownSetting};
use super::key::Key;
use super::refusal::{Refusal, Source};
use crate::error::{Code, Row};
use crate::store::{Setting, Tx};
use crate::version::ApiVersion::V8;

/// The name of the family of currencies.
pub const CURRENCIES: &str = "currencies";

/// A currency of the world.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldCurrency {
    /// Its English name.
    pub display_name: String,
    /// Its code by ISO 4217.
    pub iso_code: String,
    /// The symbol that it has unless an org chooses another.
    pub symbol: String,
    /// Digits behind the point: `0`, `2` or `3`.
    pub decimal_places: String,
}

impl WorldCurrency {
    /// The name that currencies of an org have (`Algerian Dinar - DZD`).
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} - {}", self.display_name, self.iso_code)
    }

    /// How amounts are written unless an org chooses otherwise.
    fn format(&self) -> Json {
        json!({"decimal_separator": "Period", "thousand_separator": "Comma",
            "decimal_places": self.decimal_places})
    }
}

/// The currencies of the world, by code. Names and digits are those of the Unicode CLDR.
pub static WORLD: LazyLock<Vec<WorldCurrency>> = LazyLock::new(|| {
    // that it can be read is tested
    serde_json::from_str(include_str!("../../seed-data/schema/currencies.json")).unwrap_or_default()
});

fn known(iso_code: &str) -> Option<&'static WorldCurrency> {
    WORLD.iter().find(|known| known.iso_code == iso_code)
}

/// The keys of the form in which amounts are written.
pub static FORMAT: &[Key] = &[
    Key::word("decimal_separator", &["Period", "Comma"]).refused(DECIMAL),
    Key::word("thousand_separator", &["Period", "Comma", "Space"]).refused(THOUSAND),
    Key::word("decimal_places", &["0", "2", "3"]).refused(PLACES),
    Key::word("numeral_system", &["International", INDIAN])
        .refused(NUMERALS)
        .since(V8),
];

/// The numerals that group digits by lakh and crore.
const INDIAN: &str = "Indian";

const DECIMAL: Code = Code::of(&Row::invalid("Decimal separator given seems to be invalid"));
const THOUSAND: Code = Code::of(&Row::invalid(
    "Thousand separator given seems to be invalid",
));
const PLACES: Code = Code::of(&Row::invalid("Decimal places given seems to be invalid"));
const NUMERALS: Code = Code::of(&Row::invalid("Numeral system given seems to be invalid"));
const INDIAN_SEPARATORS: Code = Code::of(&Row::invalid(
    "The only supported thousand and decimal separators in the Indian numeral system are the comma and the period",
));

/// To each currency that is to be created while the feature is off.
pub const NOT_YET_ON: Code = Code::of(&Row::new(
    "FEATURE_NOT_ENABLED",
    400,
    "The multi-currency feature is not yet enabled. Please enable it before doing this action.",
));
/// To a change while the feature is off.
pub const NOT_ON: Code = Code::of(&Row::new(
    "FEATURE_NOT_ENABLED",
    403,
    "The multi-currency feature is not enabled.",
));
/// To a code that no currency of the world has.
pub const NO_ISO_CODE: Code = Code::of(&Row::invalid("Currency isocode given seems to be invalid"));
/// To a name that is not that of the code's currency.
pub const NO_NAME: Code = Code::of(&Row::invalid("Currency name given seems to be invalid"));
const EQUAL_SEPARATORS: Code = Code::of(&Row::new(
    "NOT_ALLOWED",
    400,
    "Thousand separator and Decimal separator should not be equal",
));
const BASE: Code = Code::of(&Row::new(
    "NOT_ALLOWED",
    400,
    "Base currency ID is not allowed here",
));
const TOO_MANY_ACTIVE: Code = Code::of(&Row::new(
    "ACTIVE_STATE_LIMIT_EXCEEDED",
    400,
    "Allowed active currency limit 10 reached. Please deactivate any one of the existing active currencies to create this currency",
));
/// Currencies that can be active at once (page of v7).
const MOST_ACTIVE: usize = 10;

/// Decimals that a rate has.
const RATE_DECIMALS: usize = 9;

/// Reads a rate: up to nine digits before and nine behind the point, kept with all nine.
///
/// # Errors
/// The detail that tells what was expected: a text, or fewer decimals (newer description of v8).
pub fn exchange_rate(value: &Json) -> Result<Json, (&'static str, Json)> {
    let no = || ("expected_data_type", Json::from("string"));
    let text = value.as_str().ok_or_else(no)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(fraction) {
        return Err(no());
    }
    if fraction.len() > RATE_DECIMALS {
        return Err(("maximum_decimal_place", RATE_DECIMALS.into()));
    }
    let rate: Decimal = text.trim_end_matches('.').parse().map_err(|_| no())?;
    if rate.is_zero() {
        return Err(no());
    }
    Ok(format!("{rate:.RATE_DECIMALS$}").into())
}

fn is_active(currency: &Setting) -> bool {
    currency.attributes.get("is_active") != Some(&Json::Bool(false))
}

/// Whether a currency is the home currency of its org.
#[must_use]
pub fn is_base(currency: &Setting) -> bool {
    currency.attributes.get("is_base") == Some(&Json::Bool(true))
}

/// The symbol of a currency: its own, or the one that the world has for it.
#[must_use]
pub fn symbol(currency: &Setting) -> Option<&str> {
    let world = || known(currency.text("iso_code")?).map(|known| known.symbol.as_str());
    currency.text("symbol").or_else(world)
}

/// What a currency must be besides its keys: one of the world's, under its name, with separators
/// that differ, not one too many. The home currency is changed by its own operation.
///
/// # Errors
/// The rule that it breaks.
pub fn check_currency(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    if matches!(change.source, Source::Client(_)) && change.old.is_some_and(is_base) {
        return Err(Refusal::at("id", BASE));
    }
    let iso_code = new.text("iso_code").unwrap_or_default();
    let known = known(iso_code).ok_or_else(|| Refusal::at("iso_code", NO_ISO_CODE))?;
    if new.text("name") != Some(known.name().as_str()) {
        return Err(Refusal::at("name", NO_NAME));
    }
    let format = new.attributes.get("format");
    let separator = |key: &str, usual: &'static str| {
        let said = format.and_then(|format| format.get(key)?.as_str());
        said.unwrap_or(usual).to_owned()
    };
    let thousand = separator("thousand_separator", "Comma");
    if thousand == separator("decimal_separator", "Period") {
        // the place is that of the newer description of v8
        return Err(Refusal::at("format.decimal_places", EQUAL_SEPARATORS));
    }
    if separator("numeral_system", "International") == INDIAN && thousand == "Space" {
        return Err(Refusal::at("format.numeral_system", INDIAN_SEPARATORS));
    }
    let others = tx.state().settings_of(CURRENCIES).iter();
    let active = others.filter(|other| other.id != new.id && is_active(other));
    if is_active(new) && active.count() >= MOST_ACTIVE {
        return Err(Refusal::whole(TOO_MANY_ACTIVE).with("limit", MOST_ACTIVE));
    }
    Ok(())
}

/// The org shows the name, symbol and code of its home currency as its own.
pub fn show_home(tx: &mut Tx, home: &Setting) {
    tx.set_org_attributes([
        ("currency", home.text("name").into()),
        ("currency_symbol", symbol(home).into()),
        ("iso_code", home.text("iso_code").into()),
    ]);
}

/// A change of the home currency is one of the org.
pub fn follow_home(tx: &mut Tx, change: SettingChange<'_>) {
    if let Some(home) = change.new.filter(|new| is_base(new)) {
        show_home(tx, home);
    }
}

/// Completes a currency by what the world knows of it.
pub fn complete(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let iso_code = shown.setting.text("iso_code").unwrap_or_default();
    let Some(known) = known(iso_code) else { return };
    if let Some(shown_symbol) = object.get_mut("symbol") {
        *shown_symbol = symbol(shown.setting).into();
    }
    let mut format = known.format();
    if let (Some(format), Some(Json::Object(said))) = (format.as_object_mut(), object.get("format"))
    {
        let said = said.iter().filter(|(_, value)| !value.is_null());
        format.extend(said.map(|(key, value)| (key.clone(), value.clone())));
    }
    object.insert("format".to_owned(), format);
    // captures of orgs that have never set it lack it
    let automatic = shown.setting.attributes.get(AUTOMATIC);
    if let Some(automatic) = automatic.filter(|_| shown.version.rates_can_be_automatic()) {
        object.insert(AUTOMATIC.to_owned(), automatic.clone());
    }
}

/// Whether Zoho keeps the rate up to date.
pub const AUTOMATIC: &str = "exchange_rate_auto_update";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_can_be_read() {
        assert!(WORLD.len() > 150);
        for known in WORLD.iter() {
            assert_eq!(known.iso_code.len(), 3, "{known:?}");
            assert!(
                ["0", "2", "3"].contains(&known.decimal_places.as_str()),
                "{known:?}"
            );
        }
        assert_eq!(
            known("DZD").map(WorldCurrency::name).as_deref(),
            Some("Algerian Dinar - DZD")
        );
    }

    #[test]
    fn rates_are_kept_with_nine_decimals() {
        for (said, kept) in [
            ("1", "1.000000000"),
            ("0.5", "0.500000000"),
            ("20.1234567", "20.123456700"),
            ("123456789.123456789", "123456789.123456789"),
        ] {
            assert_eq!(exchange_rate(&json!(said)), Ok(json!(kept)));
        }
        for wrong in [
            json!(""),
            json!("."),
            json!("0"),
            json!("-1"),
            json!("1e5"),
            json!("1234567890"),
            json!(1.5),
            json!(null),
            json!("1,5"),
        ] {
            let no = ("expected_data_type", json!("string"));
            assert_eq!(exchange_rate(&wrong), Err(no), "{wrong}");
        }
        let fine = ("maximum_decimal_place", json!(9));
        assert_eq!(exchange_rate(&json!("1.0123456789")), Err(fine));
    }
}
