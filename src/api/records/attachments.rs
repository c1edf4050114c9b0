//! `/crm/{version}/{module}/{id}/Attachments`: files and addresses that hang on a record.

use std::sync::Arc;

use super::common::{MOST_RECORDS, ROOT, id_list, listed};
use super::external::{external_ids, path_record};
use super::{fields, write_data};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Param, ParamKind, Reach, Together};
use crate::api::files;
use crate::api::paging::{Page, PageInfo};
use crate::api::param;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::attach::{self, ATTACHMENTS, Attached, attach, link_of};
use crate::ops::children::pointing_to;
use crate::ops::delete::delete as delete_record;
use crate::ops::write::details;
use crate::render::Detail;
use crate::response::Response;
use crate::schema::{Module, Storage};
use crate::store::{OrgState, Record};
use crate::value::Value;
use crate::value::website::is_website;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &ATTACH, &DELETE_MANY, &DOWNLOAD, &DELETE];

const PATH: &str = "/crm/{v}/{module}/{id}/Attachments";
const PATH_OF_ONE: &str = "/crm/{v}/{module}/{id}/Attachments/{attachment_id}";

/// Tokens came to these lists later than to those of records (SDK tables).
const PAGE_TOKEN: Param = param::PAGE_TOKEN.since(ApiVersion::V7);
/// Some attachments of a record (SDK tables).
const SOME: Param = param::IDS.since(ApiVersion::V4);
/// An address to attach.
const ADDRESS: Param = Param::new("attachmentUrl");
/// What an address is called.
const TITLE: Param = Param::new("title").since(ApiVersion::V5);

/// Bytes of a body with a file (v8 description; assumed for the versions that take smaller files).
const LARGEST_BODY: usize = 100 << 20;

/// Characters of an address, and of what it is called (v8 description).
const LONGEST_ADDRESS: usize = 3000;
const LONGEST_TITLE: usize = 255;

/// A file; or an address, and what it is called. One part more says that there are several files.
static ATTACH_BODY: BodySpec = BodySpec::multipart(4, usize::MAX)
    .part_bytes_by(ApiVersion::largest_attachment, LARGEST_BODY)
    .refusing_parts(Code::FILE_TOO_LARGE, Code::TOO_MANY_FILES)
    .or_param(ADDRESS.name);

pub(crate) static LIST: Endpoint = Endpoint::get("attachments.list", PATH)
    .scope("modules.attachments.READ")
    .params(&[
        // the fields of attachments, not of their parents
        param::FIELDS
            .of(ParamKind::Text)
            .required_since(ApiVersion::V3),
        SOME,
        param::PAGE,
        param::PER_PAGE,
        PAGE_TOKEN,
    ])
    .together(&[Together::Exclude(PAGE_TOKEN, param::PAGE)])
    .reach(Reach::Tokens)
    .composite_freely()
    .outcomes(&[200, 204, 400])
    .does("The attachments of a record, page by page", list);

pub(crate) static ATTACH: Endpoint = Endpoint::post("attachments.attach", PATH)
    .scope("modules.attachments.CREATE")
    .params(&[ADDRESS, TITLE])
    .body(&ATTACH_BODY)
    .outcomes(&[200, 400])
    .does("Attach a file or an address to a record", attach_one);

pub(crate) static DELETE_MANY: Endpoint = Endpoint::delete("attachments.delete_many", PATH)
    .scope("modules.attachments.DELETE")
    .params(&[param::IDS.required()])
    .outcomes(&[200, 202, 207, 400])
    .does("Delete up to 100 attachments of a record", delete_many);

pub(crate) static DOWNLOAD: Endpoint = Endpoint::get("attachments.download", PATH_OF_ONE)
    .scope("modules.attachments.READ")
    .outcomes(&[200, 204, 206, 400, 416])
    .does("The bytes of an attachment", download);

pub(crate) static DELETE: Endpoint = Endpoint::delete("attachments.delete", PATH_OF_ONE)
    .scope("modules.attachments.DELETE")
    .outcomes(&[200, 202, 400])
    .does("Delete an attachment", delete);

/// A record that attachments hang on.
struct Parent {
    module: Arc<Module>,
    record: Arc<Record>,
    /// The module of attachments.
    attachments: Arc<Module>,
}

impl Parent {
    /// The record that the path names.
    ///
    /// # Errors
    /// `INVALID_MODULE`; `INVALID_DATA` for a module without attachments, and for a record that is
    /// not there (v8 description).
    fn of(call: &Call<'_>, state: &OrgState) -> Result<Self, ApiError> {
        let module = call.module(state)?;
        let attachments = state.schema.module(ATTACHMENTS);
        let attachments = attachments.filter(|_| has_attachments(module));
        let attachments = attachments.ok_or_else(|| call.path_error(Code::RELATION_INVALID, 2))?;
        let ids = external_ids(call, state, module)?;
        let record = match path_record(call, state, module, &ids) {
            Err(error) if error.kind == Code::INVALID_URL_PATTERN => None,
            found => found?,
        };
        Ok(Self {
            record: record.ok_or_else(|| call.path_error(Code::RELATED_ID_INVALID, 1))?,
            module: Arc::clone(module),
            attachments: Arc::clone(attachments),
        })
    }

    /// The ids of its attachments, newest first.
    fn ids(&self, state: &OrgState) -> Vec<Id> {
        let Some(field) = self.attachments.field("Parent_Id") else {
            return Vec::new();
        };
        let target = Value::Lookup(self.module.no, self.record.id);
        pointing_to(state, &self.attachments, field, &target)
    }

    /// Its attachment with an id.
    fn attachment<'s>(&self, state: &'s OrgState, id: Id) -> Option<&'s Arc<Record>> {
        let field = self.attachments.field("Parent_Id")?;
        let target = Value::Lookup(self.module.no, self.record.id);
        let found = state.table(&self.attachments).get(id)?;
        (found.stored(field.no) == Some(&target)).then_some(found)
    }
}

/// Whether records of a module have attachments: those whose related lists say so, and notes (page on
/// the list of attachments).
fn has_attachments(module: &Module) -> bool {
    let mut lists = module.related_lists.iter();
    module.api_name() == "Notes" || lists.any(|list| list.spec.api_name == ATTACHMENTS)
}

/// `GET …/Attachments`.
fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let parent = Parent::of(call, &state)?;
    let fields = fields(call)?;
    if fields.is_none() && call.version.requires_fields_param() {
        return Err(ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", "fields"));
    }
    let page = Page::with_tokens(call)?;
    let mut ids = parent.ids(&state);
    if let Some(some) = call.get(SOME) {
        let some: Vec<Id> = id_list(some).filter_map(|(_, id)| id).collect();
        ids.retain(|id| some.contains(id));
    }
    let skip = match page.token.and_then(|token| token.after) {
        Some((last, _)) => ids.partition_point(|id| *id >= last),
        None => page.skip,
    };
    let shown = ids.iter().skip(skip).take(page.wanted());
    let table = state.table(&parent.attachments);
    let mut records: Vec<&Arc<Record>> = shown.filter_map(|id| table.get(*id)).collect();
    let more = page.cut(&mut records);
    if records.is_empty() {
        return Ok(Response::no_content());
    }
    let info = PageInfo {
        page: &page,
        count: records.len(),
        more,
        last: records.last().map(|record| (record.id, 0)),
        sort_by: "id",
        sort_order: "desc",
    };
    let module = &parent.attachments;
    let mut body = write_data(call, &state, module, Detail::Item, fields, &records);
    body.extend_from_slice(b",\"info\":");
    info.write_attachments(call, &state, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// `POST …/Attachments`: a file, or an address in the query or in the form.
fn attach_one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let parent = Parent::of(call, &state)?;
    let what = attached(call, &state, &parent)?;
    // the bytes that are not wanted after all go with their handle
    let item = call.write(|tx| {
        let id = attach(tx, &parent.module, parent.record.id, &what);
        let attachment = id.and_then(|id| tx.state().table(&parent.attachments).get(id));
        let attachment = attachment.ok_or(Code::INTERNAL_ERROR)?;
        let details = details(tx.state(), attachment, false);
        Ok(Item::success(Message::ATTACHMENT_UPLOADED, details))
    })?;
    let body = Item::write_all(ROOT, &[item], call.wording);
    Ok(Response::bytes(200, body))
}

/// What is to be attached.
///
/// # Errors
/// Those of files and of addresses.
fn attached(call: &Call<'_>, state: &OrgState, parent: &Parent) -> Result<Attached, ApiError> {
    let mut parts = files::files(call);
    if let Some(part) = parts.next() {
        if parts.next().is_some() {
            return Err(Code::TOO_MANY_FILES.into());
        }
        let named = part.file_name.as_ref().is_some_and(|name| !name.is_empty());
        if !named || part.bytes.is_empty() {
            return Err(Code::ATTACHMENT_HANDLING.into());
        }
        let file = files::keep(state, part)?;
        let blob = file.blob.ok_or(Code::INTERNAL_ERROR)?;
        return Ok(Attached::File(file.name, blob));
    }
    // the v8 description tells no more of it
    let address = call.get(ADDRESS).ok_or(Code::MANDATORY_NOT_FOUND)?;
    if !is_website(address) || address.chars().count() > LONGEST_ADDRESS {
        return Err(Code::ATTACHMENT_URL_INCORRECT.into());
    }
    let title = call.get(TITLE).unwrap_or(address);
    if call.get(TITLE).is_some() && title.chars().count() > LONGEST_TITLE {
        let error = ApiError::new(Code::INVALID_PARAM).with("param_name", TITLE.name);
        return Err(error.with("maximum_length", LONGEST_TITLE));
    }
    let same = |id: &Id| {
        let attachment = state.table(&parent.attachments).get(*id);
        attachment.and_then(|it| link_of(&parent.attachments, it)) == Some(address)
    };
    if parent.ids(state).iter().any(same) {
        return Err(Code::ATTACHMENT_LINK_EXISTS.into());
    }
    Ok(Attached::Link(title.into(), address.into()))
}

/// `GET …/Attachments/{attachment_id}`. A file that a field of the record holds is found here, too
/// (public code of 2022, v2).
fn download(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let parent = Parent::of(call, &state)?;
    let id = call.path_id("attachment_id")?;
    let Some(attachment) = parent.attachment(&state, id) else {
        let held = super::field_attachments::held(&parent.module, &parent.record, id);
        return Ok(held.map_or_else(Response::no_content, |held| {
            files::download(call, &held.file)
        }));
    };
    if link_of(&parent.attachments, attachment).is_some() {
        return Err(Code::DOWNLOAD_NOT_ALLOWED.into());
    }
    let file = attach::file_of(&parent.attachments, attachment);
    Ok(file.map_or_else(Response::no_content, |file| {
        let mut file = file.clone();
        let name = parent.attachments.field("File_Name");
        let name = name.filter(|field| field.kind == Storage::Text);
        if let Some(Value::Text(name)) = name.and_then(|field| attachment.stored(field.no)) {
            file.name = name.clone();
        }
        files::download(call, &file)
    }))
}

/// `DELETE …/Attachments?ids=…`.
fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let parent = Parent::of(call, &call.read())?;
    let ids = call.get(param::IDS).ok_or_else(|| {
        let key = call.version.record_param_key();
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(key, "ids")
    })?;
    if listed(ids).count() > MOST_RECORDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_RECORDS.to_string())
            .with("param_name", "ids"));
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(id_list(ids), |tx, (text, id), _| {
        let id = id.filter(|id| parent.attachment(tx.state(), *id).is_some());
        let deleted = id.filter(|id| delete_record(tx, &parent.attachments, *id));
        let unknown = || vec![ApiError::new(Code::ATTACHMENT_NOT_DELETED).with("id", text)];
        let id = deleted.ok_or_else(unknown)?;
        Ok(Item::success_of(Message::RECORD_DELETED, id))
    })?;
    Ok(batch.answer_by_ids(items, listed(ids), Code::RECORD_LOCKED_FOR_DELETION))
}

/// `DELETE …/Attachments/{attachment_id}`: one that is not there fails the call (v8 description).
fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let parent = Parent::of(call, &call.read())?;
    let id = Id::parse(call.path("attachment_id")).ok();
    let unknown = || call.path_error(Code::ATTACHMENT_NOT_DELETED, 3);
    let id = id.ok_or_else(unknown)?;
    let batch = Batch::new(call, ROOT, 200);
    let mut missing = false;
    let items = batch.run([id], |tx, id, _| {
        let there = parent.attachment(tx.state(), id).is_some();
        if !there || !delete_record(tx, &parent.attachments, id) {
            missing = true;
            return Err(vec![unknown()]);
        }
        Ok(Item::success_of(Message::RECORD_DELETED, id))
    })?;
    if missing {
        return Err(unknown());
    }
    Ok(batch.answer_by_ids(
        items,
        [id.to_string().as_str()],
        Code::RECORD_LOCKED_FOR_DELETION,
    ))
}
