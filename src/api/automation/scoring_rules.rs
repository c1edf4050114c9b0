//! Scoring rules: writing them, switching them on and off, copying and running them (pages of v7,
//! description of v8).

mod parts;
mod run;

use serde_json::{Map, Value as Json};

use crate::api::batch::Batch;
use crate::api::body::{BodySpec, Items};
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::settings::first_error as first;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::scoring_rules::SCORING_RULES;
use crate::settings::{Source, write};
use crate::store::{Setting, Tx};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &CREATE,
    &UPDATE_MANY,
    &UPDATE,
    &ACTIVATE,
    &DEACTIVATE,
    &CLONE,
    &run::RUN,
];

static BODY: BodySpec = BodySpec::list("scoring_rules", 10, Items::Settings(&SCORING_RULES));
static ONE: BodySpec = BodySpec::list("scoring_rules", 1, Items::Settings(&SCORING_RULES));

pub(crate) static CREATE: Endpoint = Endpoint::post(
    "scoring_rules.create",
    "/crm/{v}/settings/automation/scoring_rules",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.CREATE")
.family(&SCORING_RULES)
.body(&BODY)
.outcomes(&[201, 207, 400])
.does("Create scoring rules", create);

pub(crate) static UPDATE_MANY: Endpoint = Endpoint::put(
    "scoring_rules.update_many",
    "/crm/{v}/settings/automation/scoring_rules",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.UPDATE")
.family(&SCORING_RULES)
.body(&BODY)
.outcomes(&[200, 207, 400])
.does("Change several scoring rules", update_many);

pub(crate) static UPDATE: Endpoint = Endpoint::put(
    "scoring_rules.update",
    "/crm/{v}/settings/automation/scoring_rules/{id}",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.UPDATE")
.family(&SCORING_RULES)
.body(&ONE)
.outcomes(&[200, 207, 400])
.does("Change a scoring rule", update);

pub(crate) static ACTIVATE: Endpoint = Endpoint::put(
    "scoring_rules.activate",
    "/crm/{v}/settings/automation/scoring_rules/{id}/actions/activate",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.UPDATE")
.outcomes(&[200, 400])
.does("Put a scoring rule in force", |call| set_active(call, true));

pub(crate) static DEACTIVATE: Endpoint = Endpoint::delete(
    "scoring_rules.deactivate",
    "/crm/{v}/settings/automation/scoring_rules/{id}/actions/activate",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.UPDATE")
.outcomes(&[200, 400])
.does("Put a scoring rule out of force", |call| {
    set_active(call, false)
});

pub(crate) static CLONE: Endpoint = Endpoint::post(
    "scoring_rules.clone",
    "/crm/{v}/settings/automation/scoring_rules/{id}/actions/clone",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.CREATE")
.outcomes(&[200, 400])
.does("Copy a scoring rule", copy);

const ROOT: &str = SCORING_RULES.name;

fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let batch = Batch::of_body(call, 201).answered_alike();
    let items = batch.write(|tx, said, index| {
        let spot = batch.spot(index);
        let said = parts::of_new(tx, spot, said).map_err(|error| vec![error])?;
        let source = Source::Client(call.version);
        let id = write::create(tx, &SCORING_RULES, None, &said, source)
            .map_err(|refusals| first(spot, refusals))?;
        Ok(Item::success_of(SCORING_RULES.messages[0], id))
    })?;
    Ok(batch.answer(&items))
}

/// Changes a rule.
fn changed(
    call: &Call<'_>,
    tx: &mut Tx,
    batch: Batch<'_>,
    index: usize,
    old: &Setting,
    said: &Map<String, Json>,
) -> Result<Item, Vec<ApiError>> {
    let spot = batch.spot(index);
    let said = parts::of_change(tx, spot, old, said).map_err(|error| vec![error])?;
    let source = Source::Client(call.version);
    let id = write::update(tx, &SCORING_RULES, old, &said, source)
        .map_err(|refusals| first(spot, refusals))?;
    Ok(Item::success_of(SCORING_RULES.messages[1], id))
}

fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let spot = batch.spot(index);
        let given = said.get("id").filter(|id| !id.is_null());
        let given = given.ok_or_else(|| vec![spot.about(Code::MANDATORY_NOT_FOUND, "id")])?;
        let old = Id::from_json(given).and_then(|id| SCORING_RULES.of(tx.state()).get(id));
        let old = old.cloned();
        let old = old.ok_or_else(|| vec![spot.about(SCORING_RULES.gone.item, "id")])?;
        changed(call, tx, batch, index, &old, said)
    })?;
    Ok(batch.answer(&items))
}

/// The rule of the path.
fn in_path(call: &Call<'_>, tx: &Tx) -> Result<Setting, ApiError> {
    let rule = SCORING_RULES.of(tx.state()).get(call.path_id("id")?);
    let rule = rule.map(|rule| Setting::clone(rule));
    // behind `settings`, `automation` and `scoring_rules`
    rule.ok_or_else(|| call.path_error(SCORING_RULES.gone.path, 3))
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    call.probe(|tx| in_path(call, tx).map(drop))?;
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let old = in_path(call, tx).map_err(|error| vec![error])?;
        changed(call, tx, batch, index, &old, said)
    })?;
    Ok(batch.answer(&items))
}

/// Writes one rule, of which the body says nothing.
fn write_one(
    call: &Call<'_>,
    message: Message,
    mut write: impl FnMut(&mut Tx, &Setting) -> Result<Id, Vec<ApiError>>,
) -> Result<Response, ApiError> {
    call.probe(|tx| in_path(call, tx).map(drop))?;
    let batch = Batch::new(call, ROOT, 200).answered_alike();
    let items = batch.run([()], |tx, (), _| {
        let rule = in_path(call, tx).map_err(|error| vec![error])?;
        Ok(Item::success_of(message, write(tx, &rule)?))
    })?;
    Ok(batch.answer(&items))
}

fn set_active(call: &Call<'_>, active: bool) -> Result<Response, ApiError> {
    let message = if active {
        Message::SCORING_RULE_ACTIVATED
    } else {
        Message::SCORING_RULE_DEACTIVATED
    };
    write_one(call, message, |tx, rule| {
        let said = Map::from_iter([("active".to_owned(), Json::Bool(active))]);
        let source = Source::Operation(call.version);
        let spot = Batch::new(call, ROOT, 200).spot(0);
        let id = write::update(tx, &SCORING_RULES, rule, &said, source)
            .map_err(|refusals| first(spot, refusals))?;
        Ok(id)
    })
}

fn copy(call: &Call<'_>) -> Result<Response, ApiError> {
    write_one(call, Message::SCORING_RULE_CLONED, |tx, rule| {
        let mut said = rule.attributes.clone();
        said.insert("name".to_owned(), free_name(tx, rule).into());
        let said = parts::with_new_ids(tx, said);
        let source = Source::Operation(call.version);
        let spot = Batch::new(call, ROOT, 200).spot(0);
        write::create(tx, &SCORING_RULES, None, &said, source)
            .map_err(|refusals| first(spot, refusals))
    })
}

/// A name for a copy: names are unique. How Zoho calls it is assumed.
fn free_name(tx: &Tx, rule: &Setting) -> String {
    /// Letters that a name has at most.
    const MOST: usize = 25;
    let known = SCORING_RULES.of(tx.state());
    let mut n = 1usize;
    loop {
        let end = format!(" copy {n}");
        let letters = MOST.saturating_sub(end.len());
        let start: String = rule.name.chars().take(letters).collect();
        let name = format!("{}{end}", start.trim_end());
        if known.named(None, &name).is_none() {
            return name;
        }
        n += 1;
    }
}
