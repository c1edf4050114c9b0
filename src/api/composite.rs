//! `/__composite_requests`: several requests in one, which may refer to each other's answers and be
//! done together or not at all.

mod item;
mod reference;
mod run;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::batch::Batch;
use super::call::Call;
use super::endpoint::{BodySpec, Credits, Endpoint, Items, VersionedKey};
use super::spot::Spot;
use crate::error::{ApiError, Code, Item};
use crate::response::Response;
use crate::runtime::limits::Cost;
use crate::version::{ApiVersion, Versions};
use item::{ItemReader, SubRequest};
use reference::{Reference, filled, references};
use run::{SubAnswer, run};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&COMPOSITE];

/// Root key of bodies.
const ROOT: &str = "__composite_requests";
const ROLLBACK: &str = "rollback_on_fail";
const PARALLEL: &str = "parallel_execution";
/// The name of the same in the pages of v3 and in the v8 description.
const CONCURRENT: &str = "concurrent_execution";

const KEYS: &[VersionedKey] = &[
    (ROLLBACK, Versions::ALL),
    (PARALLEL, Versions::ALL),
    (CONCURRENT, Versions::ALL),
];

static BODY: BodySpec = BodySpec::list(ROOT, 5, Items::Own).keys(&[KEYS]);

pub(crate) static COMPOSITE: Endpoint =
    Endpoint::post("composite.run", "/crm/{v}/__composite_requests")
        .since(ApiVersion::V3)
        .scope("composite_requests.CUSTOM")
        .body(&BODY)
        .costs(Credits::By(cost))
        .outcomes(&[200, 207, 400])
        .does("Run up to five requests", composite);

/// One credit, and two for a transaction (page of v7). One that is rolled back costs one there, and
/// two here, since a call is paid before it is done.
fn cost(call: &Call<'_>) -> Cost {
    let together = call.body.get(ROLLBACK) == Some(&Json::Bool(true));
    Cost {
        credits: if together { 2 } else { 1 },
        heavy: true,
    }
}

/// What became of a sub-request; none as long as nothing has.
type SubOutcome = Option<Result<SubAnswer, ApiError>>;

fn composite(call: &Call<'_>) -> Result<Response, ApiError> {
    let (together, parallel) = flags(call)?;
    let said = call.items()?;
    let batch = Batch::of_body(call, 200).answered_alike();
    let mut subs: Vec<Result<SubRequest, ApiError>> = Vec::new();
    for (index, one) in said.iter().enumerate() {
        let reader = ItemReader {
            call,
            spot: batch.spot(index),
        };
        let object = batch.object(one, index);
        subs.push(match call.fault_of(ROOT, index) {
            Some(fault) => Err(fault),
            None => object.and_then(|object| reader.read(object)),
        });
    }
    refuse_doubles(&batch, &mut subs);
    let order = order(&mut subs, parallel);
    let items = if together {
        transaction(call, &subs, &order)
    } else {
        let mut outcomes: Vec<SubOutcome> = subs.iter().map(|_| None).collect();
        for index in order {
            let outcome = one(call, &subs, &outcomes, index);
            if let Some(place) = outcomes.get_mut(index) {
                *place = Some(outcome);
            }
        }
        let items = outcomes.iter().zip(&subs);
        let items = items.map(|(outcome, sub)| told(call, outcome, sub));
        items.map(|item| item.unwrap_or_else(unknown)).collect()
    };
    Ok(match items {
        items if together && items.iter().any(|item| !item.is_success()) => {
            Response::bytes(400, Item::write_all(ROOT, &items, call.wording))
        }
        items => batch.answer(&items),
    })
}

/// What is told where nothing else is known, which does not happen.
fn unknown() -> Item {
    ApiError::new(Code::INTERNAL_ERROR).into()
}

/// `rollback_on_fail`, and whether sub-requests may be run in any order.
///
/// # Errors
/// What is no boolean, and both at once.
fn flags(call: &Call<'_>) -> Result<(bool, bool), ApiError> {
    let body = Spot::body(call.version);
    let flag = |key: &'static str| match call.body.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Bool(flag)) => Ok(Some((key, *flag))),
        Some(_) => {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
            Err(body.about(error, key))
        }
    };
    let together = flag(ROLLBACK)?.is_some_and(|(_, on)| on);
    let parallel = match flag(PARALLEL)? {
        Some(given) => Some(given),
        None => flag(CONCURRENT)?,
    };
    match parallel {
        Some((key, true)) if together => {
            let places = [ROLLBACK, key].map(|key| body.place(key));
            let error = ApiError::new(Code::COMPOSITE_AMBIGUOUS);
            Err(error.with("ambiguity_due_to", places.to_vec()))
        }
        // what is not said is so unless a transaction is asked for (page of v7)
        None => Ok((together, !together)),
        Some((_, parallel)) => Ok((together, parallel)),
    }
}

/// Refuses sub-requests that have the id of another one.
fn refuse_doubles(batch: &Batch<'_>, subs: &mut [Result<SubRequest, ApiError>]) {
    let ids: Vec<Option<String>> = subs
        .iter()
        .map(|sub| sub.as_ref().ok().and_then(|sub| sub.id.clone()))
        .collect();
    for (index, sub) in subs.iter_mut().enumerate() {
        let Some(Some(id)) = ids.get(index) else {
            continue;
        };
        let alike = ids
            .iter()
            .enumerate()
            .filter(|(_, other)| other.as_ref() == Some(id));
        let alike: Vec<usize> = alike.map(|(other, _)| other).collect();
        if alike.len() > 1 {
            let error = ApiError::new(Code::DUPLICATE_DATA).with("sub_request_indexes", alike);
            *sub = Err(batch.spot(index).about(error, "sub_request_id"));
        }
    }
}

/// The place of the sub-request that a reference means.
fn meant(subs: &[Result<SubRequest, ApiError>], reference: &Reference) -> Option<usize> {
    let is_it = |sub: &Result<SubRequest, ApiError>| {
        let sub = sub.as_ref().ok();
        sub.is_some_and(|sub| sub.id.as_ref() == Some(&reference.id))
    };
    subs.iter().position(is_it)
}

/// In which order sub-requests are run, those left out that cannot be: they get their errors. One
/// after the other, a reference leads back; in any order, to whatever does not wait for this one.
fn order(subs: &mut [Result<SubRequest, ApiError>], parallel: bool) -> Vec<usize> {
    let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); subs.len()];
    for index in 0..subs.len() {
        let Some(Ok(sub)) = subs.get(index) else {
            continue;
        };
        let known = references(sub).and_then(|all| {
            let mut known = BTreeSet::new();
            for (reference, error) in all {
                let place = meant(subs, &reference);
                match place.filter(|place| *place != index && (parallel || *place < index)) {
                    Some(place) => known.insert(place),
                    None => return Err(error),
                };
            }
            Ok(known)
        });
        match (known, subs.get_mut(index), needs.get_mut(index)) {
            (Ok(known), _, Some(place)) => *place = known,
            (Err(error), Some(sub), _) => *sub = Err(error),
            _ => {}
        }
    }
    let mut order: Vec<usize> = Vec::new();
    loop {
        let ready = |index: &usize| {
            let needed = needs.get(*index);
            !order.contains(index)
                && needed.is_some_and(|needed| needed.iter().all(|it| order.contains(it)))
        };
        let Some(next) = (0..subs.len()).find(ready) else {
            break;
        };
        order.push(next);
    }
    let looping: Vec<usize> = (0..subs.len()).filter(|it| !order.contains(it)).collect();
    let id = |index: &usize| subs.get(*index)?.as_ref().ok()?.id.clone();
    let dependent: Vec<Json> = looping
        .iter()
        .map(|index| {
            let needed = needs.get(*index).into_iter().flatten();
            let needed: Vec<Option<String>> = needed.map(id).collect();
            json!({"sub_request_id": id(index), "referred_sub_request_ids": needed})
        })
        .collect();
    for index in looping {
        if let Some(sub) = subs.get_mut(index) {
            let error = ApiError::new(Code::LOOPING_FOUND);
            *sub = Err(error.with("dependent_data", dependent.clone()));
        }
    }
    order.retain(|index| subs.get(*index).is_some_and(Result::is_ok));
    order
}

/// Runs a sub-request with the values that its references lead to.
fn one(
    call: &Call<'_>,
    subs: &[Result<SubRequest, ApiError>],
    outcomes: &[SubOutcome],
    index: usize,
) -> Result<SubAnswer, ApiError> {
    let sub = subs.get(index).ok_or(Code::INTERNAL_ERROR)?;
    let sub = sub.as_ref().map_err(ApiError::clone)?;
    let body_of = |reference: &Reference| {
        let place = meant(subs, reference)?;
        let answer = outcomes.get(place)?.as_ref()?.as_ref().ok()?;
        Some(&answer.body)
    };
    Ok(run(call, &filled(sub, &body_of)?))
}

/// What is told of a sub-request; none if it was not run.
fn told(call: &Call<'_>, outcome: &SubOutcome, sub: &Result<SubRequest, ApiError>) -> Option<Item> {
    match (outcome, sub) {
        (Some(Ok(answer)), _) => Some(answer.item(call.now)),
        (Some(Err(error)), _) | (None, Err(error)) => Some(error.clone().into()),
        (None, Ok(_)) => None,
    }
}

/// Runs all sub-requests in one transaction, which ends with the first that fails.
fn transaction(
    call: &Call<'_>,
    subs: &[Result<SubRequest, ApiError>],
    order: &[usize],
) -> Vec<Item> {
    let mut outcomes: Vec<SubOutcome> = subs.iter().map(|_| None).collect();
    let mut failed = subs.iter().position(Result::is_err);
    if failed.is_none() {
        let done = call.together(|call| {
            for index in order {
                let outcome = one(call, subs, &outcomes, *index);
                let bad = outcome.as_ref().map_or(true, SubAnswer::has_failed);
                if let Some(place) = outcomes.get_mut(*index) {
                    *place = Some(outcome);
                }
                if bad {
                    return Err(*index);
                }
            }
            Ok(())
        });
        failed = done.err();
    }
    let taken_back = |code: Code, index: usize| {
        ApiError::new(code).with("rollbacked_by_sub_request_index", index)
    };
    let each = outcomes.iter().zip(subs).enumerate();
    each.map(|(index, (outcome, sub))| {
        let item = told(call, outcome, sub);
        match (failed, item) {
            (None, Some(item)) => item,
            (Some(failed), Some(item)) if index == failed || sub.is_err() => item,
            (Some(failed), Some(_)) => taken_back(Code::ROLLBACK_PERFORMED, failed).into(),
            (Some(failed), None) => taken_back(Code::PROCESSING_STOPPED, failed).into(),
            (None, None) => unknown(),
        }
    })
    .collect()
}
