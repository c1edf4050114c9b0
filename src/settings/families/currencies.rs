//! Currencies of an org. The first one, the home currency, comes by switching the feature on.

use crate::error::{Code, Row};
use crate::settings::family::{Disabled, Family, Gone, What};
use crate::settings::key::{Default, Key, TextPattern};
use crate::settings::money::{
    self, FORMAT, NOT_ON, NOT_YET_ON, check_currency, complete, exchange_rate, follow_home,
};
use crate::version::ApiVersion::{V2, V8};
use crate::version::Versions;

/// Currencies (page of v7, samples of v8, newer description of v8).
pub static CURRENCIES: Family = Family::new(
    money::CURRENCIES,
    "/org/currencies",
    &[
        Key::text("symbol", 50).unique_or(SYMBOL_TAKEN).matching(&SIGN).refused(SYMBOL),
        Key::created_time("created_time"),
        Key::boolean("is_active").or(Default::Boolean(true)),
        Key::read("exchange_rate", exchange_rate).mandatory().refused(RATE),
        Key::boolean(money::AUTOMATIC).since(V8).hidden(),
        Key::object("format", FORMAT),
        Key::created_by("created_by"),
        Key::boolean("prefix_symbol").or(Default::Boolean(true)),
        Key::boolean("is_base").read_only(),
        Key::modified_time("modified_time"),
        Key::text("name", 100).mandatory().fixed().refused(money::NO_NAME),
        Key::modified_by("modified_by"),
        Key::id(),
        Key::text("iso_code", 3)
            .mandatory()
            .fixed()
            .unique_or(ISO_TAKEN)
            .refused(money::NO_ISO_CODE),
    ],
)
.scope("settings.currencies")
.composite(&[
    (What::List, usize::MAX),
    (What::Get, usize::MAX),
    (What::Create, 1),
    (What::UpdateMany, 1),
    (What::Update, 1),
])
.can(&[What::List, What::Get, What::Create, What::UpdateMany, What::Update], V2)
.created(200)
.most(10)
.says("The currency created successfully.", "The currency updated successfully.", "")
.gone(Gone { get: (Versions::NONE, Code::UNKNOWN_SETTING), ..Gone::USUAL })
.disabled(Disabled { read: OFF, create: NOT_YET_ON, update: NOT_ON })
.check(check_currency)
.changed(follow_home)
.shown(complete);

static SIGN: TextPattern =
    TextPattern { regex: "", fits: |text| !text.trim().is_empty(), code: Some(SYMBOL) };
const SYMBOL: Code = Code::of(&Row::invalid("Currency symbol given seems to be invalid"));
const RATE: Code = Code::of(&Row::invalid("Exchange rate given seems to be invalid"));
const SYMBOL_TAKEN: Code = Code::of(&Row::invalid("Currency symbol is already used"));
const ISO_TAKEN: Code =
    Code::of(&Row::new("DUPLICATE_DATA", 400, "Duplicate value given for Isocode parameter"));
const OFF: Code =
    Code::of(&Row::new("CURRENCIES_NOT_ENABLED", 403, "Multi currency is not enabled"));
