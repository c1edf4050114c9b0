//! `/crm/{version}/{module}/actions/mass_convert`: up to fifty leads (v4 and later), quotes or sales
//! orders (v7 and later) are converted alike, as a job.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, Param, ParamKind, VersionedKey};
use crate::api::records::convert_inventory::read_target;
use crate::api::records::named_module::{NamedBy, named_module};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Message};
use crate::ids::{Id, IdError};
use crate::ops::convert::{self, Conversion, ConversionTarget, TARGETS};
use crate::ops::permit::may_see;
use crate::ops::write::combine;
use crate::ops::{inventory, jobs as ops};
use crate::response::Response;
use crate::schema::{Module, ModuleNo};
use crate::store::job::{
    InventoryConversions, JobKind, JobResult, JobWork, LeadConversions, MassCounts,
};
use crate::store::{Job, OrgState};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&CONVERT, &STATUS];

/// Records that one call converts.
const MOST: usize = 50;

/// Keys of the body: those of leads, and `convert_to` of the others.
const KEYS: &[VersionedKey] = &[
    ("ids", Versions::ALL),
    ("Deals", Versions::ALL),
    ("assign_to", Versions::ALL),
    ("related_modules", Versions::ALL),
    ("carry_over_tags", Versions::ALL),
    ("move_attachments_to", Versions::ALL),
    ("portal_user_type", Versions::ALL),
    ("apply_assignment_threshold", Versions::ALL),
    ("convert_to", Versions::since(ApiVersion::V7)),
];

static BODY: BodySpec = BodySpec::object(&[KEYS]);

/// `job_id`: the job that a call ordered.
const JOB_ID: Param = Param::new("job_id").of(ParamKind::Id).required();

pub(crate) static CONVERT: Endpoint = Endpoint::post(
    "mass_actions.convert",
    "/crm/{v}/{module}/actions/mass_convert",
)
.since(ApiVersion::V4)
.scope("mass_convert.{module}.CREATE")
.body(&BODY)
.costs(Credits::Heavy(5))
.outcomes(&[202, 400])
.does(
    "Convert up to 50 leads, quotes or sales orders alike",
    mass_convert,
);

pub(crate) static STATUS: Endpoint = Endpoint::get(
    "mass_actions.convert_status",
    "/crm/{v}/{module}/actions/mass_convert",
)
.since(ApiVersion::V4)
.scope("mass_convert.{module}.READ")
.params(&[JOB_ID])
.outcomes(&[200, 400])
.does("How far a mass conversion is", status);

/// What a call converts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Leads,
    Inventory,
}

/// The module of the path, if its records are converted in the version.
///
/// # Errors
/// `INVALID_MODULE`.
fn module(call: &Call<'_>, state: &OrgState) -> Result<(Kind, Arc<Module>), ApiError> {
    let module = call.module(state)?;
    let kind = match module.api_name() {
        "Leads" => Kind::Leads,
        _ if call.version.converts_inventory() && !inventory::targets(module).is_empty() => {
            Kind::Inventory
        }
        _ => return Err(call.path_error(Code::INVALID_MODULE, 0)),
    };
    Ok((kind, Arc::clone(module)))
}

fn mass_convert(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let (kind, module) = module(call, &state)?;
    let body = call.body.as_object();
    let body =
        body.ok_or_else(|| ApiError::new(Code::BODY).with("expected_data_type", "jsonobject"))?;
    let reader = MassReader {
        state: &state,
        module: &module,
        spot: Spot::body(call.version),
        body,
    };
    let work = match kind {
        Kind::Leads => reader.leads(call)?,
        Kind::Inventory => reader.inventory()?,
    };
    let advance = call.org.jobs.of(JobKind::MassConvert);
    let job = call.write(|tx| Ok(ops::order(tx, work, advance)))?;
    let message = Message::MASS_CONVERT_SCHEDULED.text(call.wording);
    Ok(Response::json(
        202,
        json!({
            "code": "SCHEDULED", "details": {"job_id": job.json()}, "message": message,
            "status": "success",
        }),
    ))
}

/// Reads the body.
struct MassReader<'a> {
    state: &'a OrgState,
    module: &'a Module,
    spot: Spot,
    body: &'a Map<String, Json>,
}

impl<'a> MassReader<'a> {
    fn given(&self, key: &str) -> Option<&'a Json> {
        self.body.get(key).filter(|given| !given.is_null())
    }

    fn wrong_type(&self, expected: &str, path: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, path)
    }

    fn array(&self, key: &str) -> Result<&'a [Json], ApiError> {
        match self.given(key) {
            None => Ok(&[]),
            Some(Json::Array(items)) => Ok(items),
            Some(_) => Err(self.wrong_type("jsonarray", key)),
        }
    }

    /// The records to convert.
    fn ids(&self) -> Result<Vec<Id>, ApiError> {
        const KEY: &str = "ids";
        if self.given(KEY).is_none() {
            return Err(self.spot.about(Code::MANDATORY_NOT_FOUND, KEY));
        }
        let given = self.array(KEY)?;
        if given.is_empty() {
            let error = ApiError::new(Code::INVALID_DATA).with("minimum_length", 1);
            return Err(self.spot.about(error, KEY));
        }
        if given.len() > MOST {
            return Err(ApiError::new(Code::TOO_MANY_TO_CONVERT)
                .with("limit", MOST)
                .with("limit_due_to", vec![self.spot.place(KEY)]));
        }
        let table = self.state.table(self.module);
        let mut ids = Vec::with_capacity(given.len());
        for (n, id) in given.iter().enumerate() {
            let path = format!("{KEY}[{n}]");
            let id = match id {
                Json::String(text) => Id::parse(text),
                Json::Number(number) => number.as_u64().map(Id).ok_or(IdError::NotNumeric),
                _ => Err(IdError::NotNumeric),
            };
            let known = match id {
                Err(IdError::NotNumeric) => return Err(self.wrong_type("long", &path)),
                Err(IdError::TooLong) => None,
                Ok(id) => table.get(id),
            };
            let known = known.ok_or_else(|| self.spot.about(Code::INVALID_DATA, &path))?;
            let seen = may_see(self.state, self.module, known);
            seen.map_err(|error| self.spot.about(error, &path))?;
            ids.push(known.id);
        }
        Ok(ids)
    }

    /// The owner of what is made. The key of leads is told by another name in Zoho's own sample.
    fn assign_to(&self, told: &str) -> Result<Option<Id>, ApiError> {
        const KEY: &str = "assign_to";
        let Some(given) = self.given(KEY) else {
            return Ok(None);
        };
        let object = given.as_object();
        let object = object.ok_or_else(|| self.wrong_type("jsonobject", KEY))?;
        let id = object.get("id").filter(|id| !id.is_null());
        let missing = || self.spot.about(Code::MANDATORY_NOT_FOUND, "assign_to.id");
        let id = Id::from_json(id.ok_or_else(missing)?);
        let user = id.filter(|id| self.state.users.get(id).is_some());
        let unknown = || {
            self.spot
                .about(Code::ASSIGNEE_UNKNOWN, &format!("{told}.id"))
        };
        user.map(Some).ok_or_else(unknown)
    }

    /// Modules of activities that go along.
    fn related(&self) -> Result<Vec<ModuleNo>, ApiError> {
        const KEY: &str = "related_modules";
        const NAMED: NamedBy = NamedBy {
            missing: Code::RELATED_MODULE_MISSING,
            differ: Code::MODULES_DIFFER,
        };
        let given = self.array(KEY)?.iter().enumerate();
        let modules = given.map(|(n, given)| {
            let path = format!("{KEY}[{n}]");
            let module = named_module(&self.state.schema, self.spot, given, &path, NAMED)?;
            match convert::ACTIVITIES.contains(&module.api_name()) {
                true => Ok(module.no),
                false => Err(self
                    .spot
                    .about(Code::INVALID_DATA, &format!("{path}.api_name"))),
            }
        });
        modules.collect()
    }

    /// The place of the module that the object at `path` names among those that a conversion of a lead
    /// makes records in.
    fn target(&self, given: &Json, path: &str) -> Result<usize, ApiError> {
        const NAMED: NamedBy = NamedBy {
            missing: Code::RELATED_MODULE_MISSING,
            differ: Code::MODULES_DIFFER,
        };
        let module = named_module(&self.state.schema, self.spot, given, path, NAMED)?;
        let mut targets = TARGETS.iter();
        let at = targets.position(|target| *target == module.api_name());
        at.ok_or_else(|| {
            self.spot
                .about(Code::INVALID_DATA, &format!("{path}.api_name"))
        })
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, ApiError> {
        match self.given(key) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.spot.about(Code::INVALID_DATA, key)),
        }
    }

    fn leads(&self, call: &Call<'_>) -> Result<JobWork, ApiError> {
        let ids = self.ids()?;
        let deal = match self.given("Deals") {
            None => None,
            Some(Json::Object(deal)) => Some(Arc::new(deal.clone())),
            Some(_) => return Err(self.wrong_type("jsonobject", "Deals")),
        };
        // the page calls it mandatory, the description does not; without it each lead's owner stays
        let assign_to = self.assign_to("assignee")?;
        let related = self.related()?;
        let mut tags_to = [false; 3];
        for (n, given) in self.array("carry_over_tags")?.iter().enumerate() {
            tags_to[self.target(given, &format!("carry_over_tags[{n}]"))?] = true;
        }
        let attachments = self.given("move_attachments_to");
        let attachments = attachments.map(|given| self.target(given, "move_attachments_to"));
        let attachments_to = attachments
            .transpose()?
            .map_or("Contacts", |at| TARGETS[at]);
        self.flag("apply_assignment_threshold")?;
        if self.given("portal_user_type").is_some() {
            // there are no portals, so that none has the id
            return Err(self.spot.about(Code::INVALID_DATA, "portal_user_type.id"));
        }
        let wanted = Conversion {
            account: ConversionTarget::New(None),
            contact: ConversionTarget::New(None),
            deal,
            assign_to,
            overwrite: false,
            add_to_existing_record: false,
            tags: Default::default(),
            attachments_to,
        };
        self.check_deal(call, &ids, &wanted)?;
        Ok(JobWork::ConvertLeads(LeadConversions {
            module: self.module.no,
            ids,
            wanted,
            related,
            tags_to,
            version: call.version,
        }))
    }

    /// Refuses a deal that cannot be made: what is wrong with it is so for every lead.
    fn check_deal(&self, call: &Call<'_>, ids: &[Id], wanted: &Conversion) -> Result<(), ApiError> {
        const PATH: &str = "$.data[0].Deals";
        let mut leads = ids
            .iter()
            .filter_map(|id| self.state.table(self.module).get(*id));
        let lead = leads.find(|lead| !lead.converted);
        let (Some(lead), Some(_)) = (lead, &wanted.deal) else {
            return Ok(());
        };
        let tried = call.probe(|tx| convert::convert(tx, self.module, lead, wanted, call.version));
        let errors = tried.err().unwrap_or_default().into_iter();
        let of_deal = errors.filter_map(|mut error| {
            let path = error.path()?.strip_prefix(PATH)?.to_owned();
            if error.kind == Code::MANDATORY_NOT_FOUND {
                error.kind = Code::MASS_DEAL_FIELD_MISSING;
            }
            Some(error.located(call.version, format_args!("$.Deals{path}")))
        });
        let errors: Vec<ApiError> = of_deal.collect();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(combine(errors, call.version, call.wording)),
        }
    }

    fn inventory(&self) -> Result<JobWork, ApiError> {
        if self
            .given("convert_to")
            .and_then(Json::as_array)
            .is_some_and(Vec::is_empty)
        {
            let expected = vec![self.spot.place("convert_to")];
            let error = ApiError::new(Code::NOTHING_TO_CONVERT_TO);
            return Err(error.with("expected_fields", expected));
        }
        let (target, tags) = read_target(self.state, self.spot, self.module, self.body)?;
        let missing = || {
            let path = "convert_to[0].carry_over_tags";
            self.spot.about(Code::MANDATORY_NOT_FOUND, path)
        };
        let carry_over_tags = tags.ok_or_else(missing)?;
        let ids = self.ids()?;
        // one that was converted refuses all (v8 description)
        let table = self.state.table(self.module);
        let converted = |id: &Id| table.get(*id).is_some_and(|record| record.converted);
        if let Some(n) = ids.iter().position(converted) {
            return Err(self
                .spot
                .about(Code::ID_ALREADY_CONVERTED, &format!("ids[{n}]")));
        }
        Ok(JobWork::ConvertInventory(InventoryConversions {
            module: self.module.no,
            ids,
            target,
            carry_over_tags,
            assign_to: self.assign_to("assign_to")?,
            related: self.related()?,
        }))
    }
}

fn status(call: &Call<'_>) -> Result<Response, ApiError> {
    let (kind, module) = module(call, &call.read())?;
    let named = call.get(JOB_ID).ok_or_else(|| {
        ApiError::new(Code::JOB_ID_REQUIRED)
            .with("param", JOB_ID.name)
            .at("$.job_id")
    })?;
    let invalid = || ApiError::new(Code::JOB_INVALID).with("param_name", JOB_ID.name);
    let id = Id::parse(named).map_err(|_| invalid())?;
    call.write(|tx| {
        ops::poll(tx, id);
        Ok(())
    })?;
    let state = call.read();
    let job = state.jobs.get(id).filter(|job| {
        job.work.kind() == JobKind::MassConvert && job.work.module() == Some(module.no)
    });
    let job = job.ok_or_else(invalid)?;
    let shown = match kind {
        Kind::Leads => leads_status(job),
        Kind::Inventory => inventory_status(job),
    };
    Ok(Response::json(200, json!({"data": [shown]})))
}

/// What became of the records so far, and how many are left.
fn counts(job: &Job) -> (MassCounts, usize) {
    let total = match &job.work {
        JobWork::ConvertLeads(work) => work.ids.len(),
        JobWork::ConvertInventory(work) => work.ids.len(),
        _ => 0,
    };
    match job.result {
        Some(JobResult::Mass(counts)) => (counts, 0),
        _ => {
            let counts = MassCounts {
                total,
                ..MassCounts::default()
            };
            (counts, total)
        }
    }
}

/// In the words of the v8 description.
fn leads_status(job: &Job) -> Json {
    let (counts, left) = counts(job);
    let status = match job.result {
        Some(_) if counts.done == 0 => "failed",
        Some(_) => "completed",
        None if job.polls == 0 => "scheduled",
        None => "in progress",
    };
    json!({
        "Status": status, "Failed_Count": counts.failed, "Not_Converted_Count": left,
        "Total_Count": counts.total, "Converted_Count": counts.done,
    })
}

/// In the words of the v7 page.
fn inventory_status(job: &Job) -> Json {
    let (counts, left) = counts(job);
    let status = match job.result {
        Some(_) if counts.done == 0 => "FAILED",
        Some(_) => "COMPLETED",
        None if job.polls == 0 => "SCHEDULED",
        None => "IN PROGRESS",
    };
    json!({
        "total_count": counts.total, "not_converted_count": left, "failed_count": counts.failed,
        "converted_count": counts.done, "status": status,
    })
}
