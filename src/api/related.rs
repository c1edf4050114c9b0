//! `/crm/{version}/{module}/{id}/{related_list}`: records that are related to a record.

mod count;
mod deleted;
mod link;
mod notes;
mod pairs;
mod place;
mod read;

use super::endpoint::{BodySpec, Endpoint, Items, ParamKind, Reach};
use super::param;
use super::records::ROOT;
use crate::version::ApiVersion::{V6, V8};
use read::{FIELDS, FIELDS_OF_ONE, FILTERS};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &ADD_NOTES,
    &LINK_MANY,
    &UNLINK_MANY,
    &GET,
    &LINK,
    &UNLINK,
    &OF_DELETED,
    &COUNT,
];

/// Records that one call relates.
const MOST: usize = 100;

static LINK_MANY_BODY: BodySpec = BodySpec::list(ROOT, MOST, Items::Own);
static LINK_BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Own);
static COUNT_BODY: BodySpec = BodySpec::list("get_related_records_count", 20, Items::Own);

pub(crate) static LIST: Endpoint =
    Endpoint::get("related.list", "/crm/{v}/{module}/{id}/{related_list}")
        .scope("modules.{module}.READ")
        .quick_without(&[param::SORT_BY, param::SORT_ORDER, FILTERS])
        .params(&[
            FIELDS,
            param::PAGE,
            param::PER_PAGE,
            param::PAGE_TOKEN.since(V8),
            param::IDS.of(ParamKind::Text).since(V8),
            param::SORT_BY
                .of(ParamKind::Word(&["id", "Created_Time", "Modified_Time"]))
                .since(V8),
            param::SORT_ORDER.since(V8),
            param::CONVERTED.concerning(&[]).since(V8),
            param::APPROVED.since(V8),
            FILTERS,
        ])
        .reach(Reach::All)
        .composite(25)
        .outcomes(&[200, 204, 304, 400])
        .does("The records of a related list, page by page", read::list);

pub(crate) static ADD_NOTES: Endpoint =
    Endpoint::post("related.add_notes", "/crm/{v}/{module}/{id}/{related_list}")
        .scope("modules.notes.CREATE")
        .body(&LINK_MANY_BODY)
        .composite(1)
        .outcomes(&[201, 202, 207, 400])
        .does("Add up to 100 notes to a record", notes::add);

pub(crate) static LINK_MANY: Endpoint =
    Endpoint::put("related.link_many", "/crm/{v}/{module}/{id}/{related_list}")
        .scope("modules.{module}.UPDATE")
        .body(&LINK_MANY_BODY)
        .composite(1)
        .outcomes(&[200, 202, 207, 400])
        .does("Relate up to 100 records to a record", link::link_many);

pub(crate) static UNLINK_MANY: Endpoint = Endpoint::delete(
    "related.unlink_many",
    "/crm/{v}/{module}/{id}/{related_list}",
)
.scope("modules.{module}.DELETE")
.params(&[param::IDS.of(ParamKind::Text).required()])
.outcomes(&[200, 202, 207, 400])
.does(
    "Take up to 100 records out of a related list",
    link::unlink_many,
);

pub(crate) static GET: Endpoint = Endpoint::get(
    "related.get",
    "/crm/{v}/{module}/{id}/{related_list}/{related_id}",
)
.scope("modules.{module}.READ")
.params(&[FIELDS_OF_ONE])
.composite(25)
.outcomes(&[200, 204, 304, 400])
.does("A record of a related list", read::get);

pub(crate) static LINK: Endpoint = Endpoint::put(
    "related.link",
    "/crm/{v}/{module}/{id}/{related_list}/{related_id}",
)
.scope("modules.{module}.UPDATE")
.body(&LINK_BODY)
.composite(1)
.outcomes(&[200, 202, 400])
.does("Relate a record to a record", link::link_one);

pub(crate) static UNLINK: Endpoint = Endpoint::delete(
    "related.unlink",
    "/crm/{v}/{module}/{id}/{related_list}/{related_id}",
)
.scope("modules.{module}.DELETE")
.composite(1)
.outcomes(&[200, 202, 400])
.does("Take a record out of a related list", link::unlink_one);

pub(crate) static OF_DELETED: Endpoint = Endpoint::get(
    "related.of_deleted",
    "/crm/{v}/{module}/deleted/{id}/{related_list}",
)
.since(V6)
.scope("modules.{module}.READ")
.params(&[
    FIELDS,
    param::PAGE,
    param::PER_PAGE,
    param::IDS.of(ParamKind::Text),
])
.outcomes(&[200, 204, 400])
.does(
    "The records of a related list of a deleted record",
    deleted::list,
);

pub(crate) static COUNT: Endpoint = Endpoint::post(
    "related.count",
    "/crm/{v}/{module}/{id}/actions/get_related_records_count",
)
.since(V8)
.scope("modules.{module}.READ")
.body(&COUNT_BODY)
.outcomes(&[200, 207, 400])
.does("How many records up to 20 related lists have", count::count);
