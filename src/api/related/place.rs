//! What the path of a call names: a record, a related list of it, and perhaps a record in that.

use std::sync::Arc;

use crate::api::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::external::record_with;
use crate::ops::permit::may_see;
use crate::query::expr::Expr;
use crate::query::related::{children, pair, pairs};
use crate::schema::external::ExternalIds;
use crate::schema::relation::{Children, Relation};
use crate::schema::{Field, FieldNo, Module};
use crate::store::{OrgState, Record, RecordAt};

/// What the path names.
pub(super) struct Place<'s> {
    /// The state in which it was looked up.
    pub(super) state: &'s OrgState,
    /// The module of the record.
    pub(super) module: &'s Arc<Module>,
    /// The record.
    pub(super) parent: Arc<Record>,
    /// What the list holds.
    pub(super) relation: Relation,
    /// The field by which related records are named in place of their ids.
    pub(super) external: Option<FieldNo>,
}

/// The fields by which the header names records: those of the path's module, and related ones.
#[derive(Default)]
struct Externals {
    own: Option<FieldNo>,
    related: Option<FieldNo>,
}

impl<'s> Place<'s> {
    /// What the path of a call names.
    ///
    /// # Errors
    /// `INVALID_MODULE`, `INVALID_DATA` for a record or a list that is not there, and `NO_PERMISSION`
    /// for a record that the caller does not see.
    pub(super) fn of(call: &Call<'_>, state: &'s OrgState) -> Result<Self, ApiError> {
        let module = call.module(state)?;
        let relation = find_list(call, state, module);
        let related = relation.as_ref().and_then(Relation::module);
        let related = related.map(|no| state.schema.module_at(no).as_ref());
        let external = externals(call, state, module, related)?;
        let parent = match external.own {
            Some(field) => record_with(state, module, field, call.path("id"))?
                .ok_or_else(|| call.path_error(Code::EXTERNAL_INVALID, 1))?,
            None => {
                let id = Id::parse(call.path("id")).ok();
                let record = id.and_then(|id| state.table(module).get(id));
                let record = record.ok_or_else(|| call.path_error(Code::RELATED_ID_INVALID, 1))?;
                Arc::clone(record)
            }
        };
        may_see(state, module, &parent)?;
        let relation = relation.ok_or_else(|| call.path_error(Code::RELATION_INVALID, 2))?;
        Ok(Self {
            state,
            module,
            parent,
            relation,
            external: external.related,
        })
    }

    /// The same for a call that changes what is related.
    ///
    /// # Errors
    /// Besides, `INVALID_DATA` for a record that was converted.
    pub(super) fn to_change(call: &Call<'_>, state: &'s OrgState) -> Result<Self, ApiError> {
        let place = Self::of(call, state)?;
        if place.parent.converted {
            return Err(call.path_error(Code::RELATED_TO_CONVERTED, 1));
        }
        Ok(place)
    }

    /// The record, by its module and id.
    pub(super) fn key(&self) -> RecordAt {
        (self.module.no, self.parent.id)
    }

    /// The module of the related records, where they are of one.
    pub(super) fn related(&self) -> Option<&'s Module> {
        let no = self.relation.module()?;
        Some(self.state.schema.module_at(no))
    }

    /// The field by which related records are named in place of their ids.
    pub(super) fn external_field(&self) -> Option<&'s Field> {
        let related = self.related()?;
        self.external.map(|no| related.field_at(no))
    }

    /// The related record that a text names, by its id or an external one, whether or not it is in
    /// the list.
    ///
    /// # Errors
    /// `DUPLICATE_DATA` for an external id of several records.
    pub(super) fn named(&self, state: &OrgState, text: &str) -> Result<Option<Arc<Record>>, Code> {
        let Some(module) = self.related() else {
            return Ok(None);
        };
        match self.external {
            Some(field) => record_with(state, module, field, text),
            None => {
                let id = Id::parse(text).ok();
                Ok(id.and_then(|id| state.table(module).get(id)).cloned())
            }
        }
    }

    /// The expression that the records of a list meet.
    pub(super) fn expr(&self, list: &Children, now: i64) -> Expr {
        children(self.state, list, self.module.no, &self.parent, now)
    }

    /// Whether a record of the list's module is in the list.
    pub(super) fn holds(&self, state: &OrgState, record: &Record, now: i64) -> bool {
        match &self.relation {
            Relation::Children(list) => {
                let module = state.schema.module_at(list.module);
                let expr = children(state, list, self.module.no, &self.parent, now);
                expr.matches(record, module, state)
            }
            Relation::Pairs(list) => pair(state, list, self.key(), record.id).is_some(),
            Relation::Group(_) | Relation::Nothing => false,
        }
    }

    /// How many pairs the record has, by a test of the related record.
    pub(super) fn count_pairs(&self, test: impl Fn(&Record) -> bool) -> usize {
        let Relation::Pairs(list) = &self.relation else {
            return 0;
        };
        let module = self.state.schema.module_at(list.module);
        let table = self.state.table(module);
        let pairs = pairs(self.state, list, self.key());
        let others = pairs.filter_map(|(_, other)| table.get(other));
        let others = others.filter(|other| may_see(self.state, module, other).is_ok());
        others.filter(|other| test(other)).count()
    }
}

/// What the list holds that the path of a call names.
pub(super) fn find_list(call: &Call<'_>, state: &OrgState, module: &Module) -> Option<Relation> {
    let name = call.path("related_list");
    Relation::named(&state.schema, module, name, call.version)
}

/// What the header `X-EXTERNAL` says: `Leads.External,Products.External` (samples of the SDKs).
///
/// # Errors
/// `INVALID_DATA` for a part that names no field of the two modules.
fn externals(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    related: Option<&Module>,
) -> Result<Externals, ApiError> {
    let mut fields = Externals::default();
    let Some(header) = call.request.headers.get("x-external") else {
        return Ok(fields);
    };
    for part in header.split(',').map(str::trim) {
        let of = part.split('.').next().unwrap_or_default();
        let own = of == module.api_name() && fields.own.is_none();
        let of = if own {
            Some(module)
        } else {
            related.filter(|related| of == related.api_name())
        };
        let of = of.ok_or(Code::EXTERNAL_INVALID)?;
        let field = ExternalIds::parse(part, &state.schema, of);
        let field = field
            .ok()
            .and_then(|ids| ids.own)
            .ok_or(Code::EXTERNAL_INVALID)?;
        if own {
            fields.own = Some(field);
        } else {
            fields.related = Some(field);
        }
    }
    Ok(fields)
}
