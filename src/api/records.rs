//! `/crm/{version}/{module}`: records of every module.

mod activities;
pub mod attachments;
pub mod blueprint;
pub mod cancel;
pub mod clone;
mod common;
mod conversion;
pub mod conversion_options;
pub mod convert;
pub(super) mod convert_inventory;
pub mod count;
mod delete;
pub mod deleted;
pub mod emails;
mod external;
pub mod field_attachments;
pub mod full_data;
mod listing;
pub mod locking;
pub mod merge;
pub(super) mod named_module;
mod notes;
pub mod owner;
pub mod photo;
mod read;
pub mod search;
pub mod share;
pub mod share_emails;
pub mod tags;
pub mod territories;
pub mod timeline;
pub mod unblock_email;
mod write;

pub(crate) use activities::ACTIVITIES;
pub(super) use activities::{page_of_kinds, parts};
pub(crate) use common::MOST_RECORDS;
pub(super) use common::{ROOT, approval, converted, fields, listed, view, writable, write_data};
pub(super) use external::item_record;
pub(super) use listing::{Listing, SortFields, WriteInfo, among_ids, modified_since, sort};
pub(super) use notes::usual_sort;
pub(super) use territories::has_territories;
#[cfg(feature = "connector")]
pub(crate) use write::update_unless_taken;

use super::credits;
use super::endpoint::{
    BodySpec, Credits, Endpoint, Items, Param, ParamKind, Reach, Reads, Together, VersionedKey,
    Write,
};
use super::param;
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &INSERT,
    &UPDATE_MANY,
    &DELETE_MANY,
    &UPSERT,
    &GET,
    &UPDATE,
    &DELETE,
];

/// Keys beside the records of a write (pages on insert; SDK tables, v8).
const WRITE_KEYS: &[VersionedKey] = &[
    ("trigger", Versions::ALL),
    ("lar_id", Versions::ALL),
    ("process", Versions::ALL),
    ("wf_trigger", Versions::ALL),
    ("apply_feature_execution", Versions::ALL),
    ("skip_feature_execution", Versions::since(ApiVersion::V8)),
    ("apply_validation_rule", Versions::since(ApiVersion::V8)),
    (
        "apply_function_validation_rule",
        Versions::since(ApiVersion::V8),
    ),
];

/// Keys that an upsert has besides.
const UPSERT_KEYS: &[VersionedKey] = &[("duplicate_check_fields", Versions::ALL)];

const fn records(write: Write) -> BodySpec {
    BodySpec::list(ROOT, MOST_RECORDS, Items::Records(write)).keys(&[WRITE_KEYS])
}

static INSERT_BODY: BodySpec = records(Write::Insert);
static UPDATE_MANY_BODY: BodySpec = records(Write::Update);
static UPDATE_BODY: BodySpec = records(Write::UpdateOne);
static UPSERT_BODY: BodySpec = records(Write::Upsert).keys(&[WRITE_KEYS, UPSERT_KEYS]);

/// A credit for each ten records.
const WRITE_CREDITS: Credits = Credits::PerItems(10);

/// Parameters with which a list is looked for among all records, or sorted.
static SCANNING: [Param; 9] = [
    param::SORT_BY,
    param::CVID,
    param::CONVERTED,
    param::APPROVED,
    param::UID,
    param::TERRITORY_ID,
    param::INCLUDE_CHILD,
    param::START_DATE_TIME,
    param::END_DATE_TIME,
];

pub(crate) static LIST: Endpoint = Endpoint::get("records.list", "/crm/{v}/{module}")
    .quick_without(&SCANNING)
    .scope("modules.{module}.READ")
    .params(&[
        param::FIELDS.required_since(ApiVersion::V3),
        param::IDS,
        param::PAGE,
        param::PER_PAGE,
        param::PAGE_TOKEN,
        param::SORT_BY.of(ParamKind::ListOrder),
        param::SORT_ORDER,
        param::CVID,
        param::CONVERTED,
        param::APPROVED,
        param::UID,
        param::TERRITORY_ID,
        param::INCLUDE_CHILD,
        param::START_DATE_TIME,
        param::END_DATE_TIME,
    ])
    .together(&[
        Together::Exclude(param::PAGE_TOKEN, param::PAGE),
        Together::Exclude(param::CVID, param::SORT_BY),
    ])
    .reach(Reach::Tokens)
    .reads(Reads::Records)
    .costs(Credits::By(credits::of_list))
    .composite(25)
    .outcomes(&[200, 204, 304, 400])
    .does("Records of a module, page by page", read::list);

pub(crate) static INSERT: Endpoint = Endpoint::post("records.insert", "/crm/{v}/{module}")
    .quick_without(&[])
    .scope("modules.{module}.CREATE")
    .body(&INSERT_BODY)
    .costs(WRITE_CREDITS)
    .composite(1)
    .outcomes(&[201, 202, 207, 400])
    .does("Insert up to 100 records", write::insert);

pub(crate) static UPDATE_MANY: Endpoint = Endpoint::put("records.update_many", "/crm/{v}/{module}")
    .quick_without(&[])
    .scope("modules.{module}.UPDATE")
    .body(&UPDATE_MANY_BODY)
    .costs(WRITE_CREDITS)
    .composite(1)
    .outcomes(&[200, 202, 207, 400, 412])
    .does(
        "Update up to 100 records by the ids in the body",
        write::update_many,
    );

pub(crate) static DELETE_MANY: Endpoint =
    Endpoint::delete("records.delete_many", "/crm/{v}/{module}")
        .scope("modules.{module}.DELETE")
        .params(&[param::IDS.required(), param::WF_TRIGGER])
        .outcomes(&[200, 202, 207, 400])
        .does("Delete up to 100 records", delete::delete_many);

pub(crate) static UPSERT: Endpoint = Endpoint::post("records.upsert", "/crm/{v}/{module}/upsert")
    .scope("modules.{module}.CREATE")
    .body(&UPSERT_BODY)
    .costs(WRITE_CREDITS)
    .composite(1)
    .outcomes(&[200, 202, 207, 400, 412])
    .does(
        "Insert records, or update those they duplicate",
        write::upsert,
    );

pub(crate) static GET: Endpoint = Endpoint::get("records.get", "/crm/{v}/{module}/{id}")
    .quick_without(&[])
    .scope("modules.{module}.READ")
    .params(&[
        param::FIELDS,
        param::CVID,
        param::CONVERTED,
        param::APPROVED,
        param::UID,
        param::TERRITORY_ID,
        param::INCLUDE_CHILD,
        param::START_DATE_TIME,
        param::END_DATE_TIME,
        Param::new("on_demand_properties").since(ApiVersion::V3),
    ])
    .reads(Reads::Record)
    .composite(25)
    .outcomes(&[200, 204, 304, 400])
    .does("One record", read::get);

pub(crate) static UPDATE: Endpoint = Endpoint::put("records.update", "/crm/{v}/{module}/{id}")
    .quick_without(&[])
    .scope("modules.{module}.UPDATE")
    .body(&UPDATE_BODY)
    .costs(WRITE_CREDITS)
    .composite(1)
    .outcomes(&[200, 202, 400, 412])
    .does("Update one record", write::update);

pub(crate) static DELETE: Endpoint = Endpoint::delete("records.delete", "/crm/{v}/{module}/{id}")
    .scope("modules.{module}.DELETE")
    .params(&[param::WF_TRIGGER])
    .composite(1)
    .outcomes(&[200, 202, 400])
    .does("Delete one record", delete::delete);
