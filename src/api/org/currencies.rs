//! `/org/currencies/actions`: the feature of several currencies is switched on by naming the home
//! currency, which is changed there, too. The currencies themselves are a family of settings.

use serde_json::json;

use crate::api::body::{BodySpec, VersionedKey};
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::settings::{list, write_one};
use crate::error::{ApiError, Code, Item, Message, Row};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::currencies::CURRENCIES;
use crate::settings::money::{NOT_ON, WORLD, is_base, show_home};
use crate::settings::{Refusal, Source, write};
use crate::store::{Setting, Tx};
use crate::version::ApiVersion::V4;
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&ENABLE, &CHANGE_BASE, &AVAILABLE];

const ROOT: &str = "base_currency";
const BODY_KEYS: &[VersionedKey] = &[(ROOT, Versions::ALL)];
static BODY: BodySpec = BodySpec::object(&[BODY_KEYS]);
const PATH: &str = "/crm/{v}/org/currencies/actions/enable";

pub(crate) static ENABLE: Endpoint = Endpoint::post("currencies.enable", PATH)
    .scope("settings.currencies.CREATE")
    .body(&BODY)
    .outcomes(&[200, 400])
    .does(
        "Switches on several currencies, and makes the home currency",
        enable,
    );

pub(crate) static CHANGE_BASE: Endpoint = Endpoint::put("currencies.change_base", PATH)
    .scope("settings.currencies.UPDATE")
    .body(&BODY)
    .outcomes(&[200, 400])
    .does("Changes the home currency", change_base);

pub(crate) static AVAILABLE: Endpoint = Endpoint::get(
    "currencies.available",
    "/crm/{v}/org/currencies/actions/available_currencies",
)
.since(V4)
.scope("settings.currencies.READ")
.outcomes(&[200])
.does("The currencies of the world", available);

const ENABLED: Message = Message::new(
    "The multi-currency feature is enabled and given currency is created as the base currency.",
);
const ALREADY_ENABLED: Code = Code::of(&Row::new(
    "ALREADY_ENABLED",
    400,
    "The multi-currency is already enabled",
));
/// The same in v8 (newer description).
const ALREADY_ADDED: Code = Code::of(&Row::new(
    "ALREADY_ENABLED",
    400,
    "The base currency is already added",
));

fn enable(call: &Call<'_>) -> Result<Response, ApiError> {
    write_one(call, ROOT, 200, |tx, said| {
        if !CURRENCIES.of(tx.state()).is_empty() {
            let code = if call.version.names_the_base_currency() {
                ALREADY_ADDED
            } else {
                ALREADY_ENABLED
            };
            return Ok(Err(vec![Refusal::whole(code)]));
        }
        let source = Source::Operation(call.version);
        let made = write::create(tx, &CURRENCIES, None, said, source);
        Ok(made.map(|id| {
            make_base(tx, id);
            Item::success_of(ENABLED, id)
        }))
    })
}

/// The home currency is always active (assumed).
fn make_base(tx: &mut Tx, id: Id) {
    let Some(currency) = CURRENCIES.of(tx.state()).get(id) else {
        return;
    };
    let mut currency = Setting::clone(currency);
    for key in ["is_base", "is_active"] {
        currency.attributes.insert(key.to_owned(), true.into());
    }
    show_home(tx, &currency);
    tx.put_setting(CURRENCIES.name, currency);
}

fn change_base(call: &Call<'_>) -> Result<Response, ApiError> {
    let [_, updated, _] = CURRENCIES.messages;
    write_one(call, ROOT, 200, |tx, said| {
        let base = CURRENCIES
            .of(tx.state())
            .iter()
            .find(|c| is_base(c))
            .cloned();
        let base = base.ok_or(NOT_ON)?;
        let source = Source::Operation(call.version);
        let done = write::update(tx, &CURRENCIES, &base, said, source);
        Ok(done.map(|id| {
            make_base(tx, id);
            Item::success_of(updated, id)
        }))
    })
}

/// How the values are written is assumed: no answer is known, only its keys.
fn available(_: &Call<'_>) -> Result<Response, ApiError> {
    let currencies = WORLD.iter().map(|known| {
        json!({"display_value": known.name(), "decimal_separator": "Period",
            "symbol": known.symbol, "thousand_separator": "Comma",
            "display_name": known.display_name, "iso_code": known.iso_code,
            "decimal_places": known.decimal_places})
    });
    Ok(list("available_currencies", currencies.collect()))
}
