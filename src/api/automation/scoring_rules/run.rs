//! Running scoring rules over the records of their module.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, VersionedKey};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Message};
use crate::ids::Id;
use crate::ops::jobs;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::scoring_rules::SCORING_RULES;
use crate::settings::family::Family;
use crate::settings::scoring::{is_active, layout_of, module_of, rules_of};
use crate::store::job::{JobKind, JobWork, ScoreWork};
use crate::store::{OrgState, Setting};
use crate::version::{ApiVersion, Versions};

/// Rules that run at a time at most.
const MOST: usize = 5;
const FAMILY: &Family = &SCORING_RULES;

const KEYS: &[VersionedKey] = &[("scoring_rules", Versions::ALL), ("layout", Versions::ALL)];
/// Without one all rules of the module run.
static RUN_BODY: BodySpec = BodySpec::object(&[KEYS]).optional();

pub(crate) static RUN: Endpoint = Endpoint::put(
    "scoring_rules.run",
    "/crm/{v}/{module}/actions/run_scoring_rules",
)
.since(ApiVersion::V3)
.scope("settings.scoring_rules.UPDATE")
.body(&RUN_BODY)
.outcomes(&[200, 400])
.does("Run scoring rules over the records of a module", run);

/// What a run is asked for.
struct WantedRun {
    rules: Vec<Id>,
    /// Whether the rules were named one by one.
    by_ids: bool,
}

fn run(call: &Call<'_>) -> Result<Response, ApiError> {
    let said = call.body.as_object().cloned().unwrap_or_default();
    let (job, by_ids) = call.write(|tx| {
        let schema = Arc::clone(&tx.state().schema);
        let module = call.module(tx.state())?.no;
        let wanted = wanted(call.version, tx.state(), schema.module_at(module), &said)?;
        let open = tx.state().jobs.iter().any(|job| {
            let kind = job.work.kind();
            let same = kind == JobKind::ScoringRules && job.work.module() == Some(module);
            same && job.result.is_none()
        });
        if open {
            return Err(Code::SCORING_RUN_SCHEDULED.into());
        }
        let work = JobWork::ScoringRules(ScoreWork {
            module,
            rules: wanted.rules.into(),
        });
        let id = jobs::order(tx, work, call.org.jobs.of(JobKind::ScoringRules));
        Ok((id, wanted.by_ids))
    })?;
    let message = if by_ids {
        Message::SCORING_SCHEDULED
    } else {
        Message::SCORING_OF_LAYOUT_SCHEDULED
    };
    let item = json!({
        "code": "SCHEDULED", "details": {"job_id": job.json()},
        "message": message.text(call.wording), "status": "success",
    });
    let body = if by_ids {
        json!({FAMILY.name: [item]})
    } else {
        item
    };
    Ok(Response::json(200, body))
}

/// The active rules that are to run: those that are named, those of a layout, or all of the module.
fn wanted(
    version: ApiVersion,
    state: &OrgState,
    module: &Module,
    said: &Map<String, Json>,
) -> Result<WantedRun, ApiError> {
    let spot = Spot::body(version);
    let given = |key: &str| said.get(key).filter(|value| !value.is_null());
    if rules_of(state, module).next().is_none() {
        return Err(Code::SCORING_RUN_OF_NOTHING.into());
    }
    let active = |rules: Vec<&Setting>| -> Vec<Id> {
        let rules = rules.into_iter().filter(|rule| is_active(rule));
        rules.map(|rule| rule.id).collect()
    };
    match (given(FAMILY.name), given("layout")) {
        (Some(_), Some(_)) => {
            let due_to = [spot.place(FAMILY.name), spot.place("layout")];
            Err(ApiError::new(Code::SCORING_RUN_AMBIGUOUS)
                .with("ambiguity_due_to", Json::Array(due_to.into())))
        }
        (Some(ids), None) => Ok(WantedRun {
            rules: active(named(spot, state, module, ids)?),
            by_ids: true,
        }),
        (None, layout) => {
            let rules = rules_of(state, module);
            let rules: Vec<&Setting> = match layout {
                None => rules.collect(),
                Some(layout) => {
                    let id = Id::from_json(layout.get("id").unwrap_or(layout));
                    if !module.layouts.iter().any(|known| Some(known.id) == id) {
                        return Err(spot.about(Code::SCORING_RUN_UNKNOWN, "layout.id"));
                    }
                    let of = |rule: &Setting| layout_of(module, rule).map(|layout| layout.id);
                    rules.filter(|rule| of(rule) == id).collect()
                }
            };
            Ok(WantedRun {
                rules: active(rules),
                by_ids: false,
            })
        }
    }
}

/// The rules that are named, which are of the module.
fn named<'s>(
    spot: Spot,
    state: &'s OrgState,
    module: &Module,
    ids: &Json,
) -> Result<Vec<&'s Setting>, ApiError> {
    let key = FAMILY.name;
    let ids = ids.as_array().ok_or_else(|| {
        spot.about(Code::AUTOMATION_TYPE, key)
            .with("expected_data_type", "jsonarray")
    })?;
    if ids.len() > MOST {
        return Err(spot.about(Code::SCORING_RUN_TOO_MANY, key));
    }
    let rules = ids.iter().enumerate().map(|(n, id)| {
        let about = |code: Code| spot.about(code, &format!("{key}[{n}]"));
        let id = Id::from_json(id.get("id").unwrap_or(id));
        let rule = id.and_then(|id| FAMILY.of(state).get(id));
        let rule = rule.ok_or_else(|| about(Code::SCORING_RUN_UNKNOWN))?;
        if module_of(&state.schema, rule).is_none_or(|own| own.id != module.id) {
            return Err(about(Code::SCORING_RUN_OTHER_MODULE));
        }
        Ok(AsRef::as_ref(rule))
    });
    rules.collect()
}
