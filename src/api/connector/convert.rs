//! Converting a lead.

use serde_json::{Map, Value as Json, json};

use super::input::{field_called, typed, unknown_field};
use super::operation::{Operation, Run, Running, ServiceRefusal, text};
use super::schema::{self, InputPattern, Shape};
use crate::api::call::InnerCall;
use crate::error::{ApiError, Code};
use crate::store::OrgState;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "convert_lead",
    title: "Convert lead",
    description: "Converts a lead into a contact, an account and, where deals is given, a deal. \
        Besides the documented ones deals takes any field of a deal by its API name or label.",
    input: input_schema,
    output: || {
        let id = || json!({"type": ["string", "null"]});
        let made = Shape::default()
            .required("Contacts", id())
            .required("Deals", id())
            .required("Accounts", id())
            .open();
        // a conversion that was refused says why, as v2 does with the same status
        let made = schema::list(json!({"anyOf": [made, schema::written_item()]}));
        Shape::default().required("data", made).output()
    },
    run: Running::Json(convert),
}];

/// Documented keys of `deals`, and the fields that they mean.
const DEAL_KEYS: [(&str, &str); 6] = [
    ("campaign_source", "Campaign_Source"),
    ("deal_name", "Deal_Name"),
    ("closing_date", "Closing_Date"),
    ("stage", "Stage"),
    ("amount", "Amount"),
    ("pipeline", "Pipeline"),
];

fn input_schema() -> Json {
    let about = schema::described;
    let text = |title, sentence| about(json!({"type": "string"}), title, sentence);
    let number = json!({"type": ["number", "string"], "pattern": InputPattern::Decimal});
    let mut deals = Shape::default()
        .advanced(
            "campaign_source",
            text("Campaign source", "Name or id of a campaign."),
        )
        .optional("deal_name", text("Deal name", "The name of the deal."))
        .optional("closing_date", text("Closing date", "YYYY-MM-DD."))
        .optional("stage", text("Stage", "The stage of the deal."))
        .optional("amount", about(number, "Amount", "What the deal is worth."))
        .advanced(
            "pipeline",
            text("Pipeline", "The pipeline, where the org has several."),
        )
        .closed();
    deals["patternProperties"] = json!({InputPattern::ApiName.to_string(): {}});
    let id = |title, sentence| {
        let id = json!({"type": ["string", "integer", "null"]});
        about(id, title, sentence)
    };
    let flag = |title, sentence| about(schema::flag(), title, sentence);
    let over = "Whether an existing contact goes over to the account.";
    let account = "Id of an existing account; else one is made of the lead's company.";
    let contact = "Id of an existing contact; else one is made of the lead.";
    let owner = "Id of the user who is to own what is made.";
    let mail = "No mail is sent here.";
    let data = Shape::default()
        .advanced("overwrite", flag("Overwrite", over))
        .advanced("notify_lead_owner", flag("Notify lead owner", mail))
        .advanced("notify_new_entity_owner", flag("Notify new owner", mail))
        .optional("accounts", id("Account", account))
        .optional("contacts", id("Contact", contact))
        .advanced("assign_to", id("Assign to", owner))
        .optional("deals", about(deals, "Deal", "The deal to make."))
        .closed();
    let lead = about(schema::id(), "Lead ID", "The id of the lead.");
    Shape::default()
        .required("record_id", lead)
        .optional("data", about(data, "Data", "What it is to become."))
        .input()
}

fn convert(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let lead = run.text("record_id").unwrap_or_default();
    let none = Map::new();
    let data = run.input.get("data").and_then(Json::as_object);
    let item = item(data.unwrap_or(&none), &state)?;
    run.zoho(InnerCall {
        body: json!({"data": [item]}),
        ..InnerCall::of(
            &crate::api::records::convert::CONVERT,
            &[("module", "Leads"), ("id", &lead)],
        )
    })
}

/// The item of a conversion as Zoho's API takes it.
///
/// # Errors
/// `INVALID_DATA` for a field that deals do not have, `DUPLICATE_DATA` for one given twice.
fn item(data: &Map<String, Json>, state: &OrgState) -> Result<Json, ApiError> {
    let mut item = Map::new();
    for key in ["overwrite", "notify_lead_owner", "notify_new_entity_owner"] {
        if let Some(flag) = data.get(key).and_then(text) {
            item.insert(key.into(), (flag == "true").into());
        }
    }
    for (key, name) in [
        ("accounts", "Accounts"),
        ("contacts", "Contacts"),
        ("assign_to", "assign_to"),
    ] {
        if let Some(id) = data.get(key).and_then(text) {
            item.insert(name.into(), id.into());
        }
    }
    if let Some(given) = data.get("deals").and_then(Json::as_object) {
        let deals = state.schema.module("Deals");
        let mut deal = Map::new();
        for (key, value) in given {
            let known = DEAL_KEYS.iter().find(|(known, _)| known == key);
            let name = known.map_or(key.as_str(), |(_, name)| name);
            let field = deals.and_then(|module| field_called(name, module));
            let (name, value) = match field {
                Some(field) => (field.api_name(), typed(value, field, state)),
                // documented keys are no mistake in an org without such a field
                None if known.is_some() => continue,
                None => return Err(unknown_field(name)),
            };
            if deal.insert(name.to_owned(), value).is_some() {
                return Err(ApiError::new(Code::DUPLICATE_DATA).with("api_name", name));
            }
        }
        item.insert("Deals".into(), Json::Object(deal));
    }
    Ok(Json::Object(item))
}
