//! From metadata and hints to plans.

use std::collections::BTreeMap;
use std::sync::Arc;

use lean_string::LeanString;
use rustc_hash::FxHashSet;

use super::chance::{Stream, millionths};
use super::error::GenerateError;
use super::hints::{Anchor, Hint, Hints, SHARE, Token};
use super::plan::{Column, LinkPlan, Plan, Recipe, Streams};
use crate::schema::{CUSTOMERS, DataType, Field, Module, ModuleNo, Slot, Storage, in_range};
use crate::store::OrgState;
use crate::value::{Value, fold, time};
use crate::version::ApiVersion;

/// Plans every module of the org.
pub(super) struct Planner<'a> {
    pub(super) state: &'a OrgState,
    pub(super) hints: &'a Hints,
    pub(super) seed: u64,
    /// By API name.
    pub(super) counts: &'a BTreeMap<String, u64>,
    /// Records have owners: the seed names users.
    pub(super) users: bool,
}

impl Planner<'_> {
    /// The plans, by number of module; none for modules without records.
    pub(super) fn plans(&self) -> Result<Vec<Option<Plan>>, GenerateError> {
        let modules = self.state.schema.modules();
        let mut plans: Vec<Option<Plan>> = modules.map(|module| self.module(module)).collect();
        let pools: Vec<bool> = plans
            .iter()
            .map(|plan| plan.as_ref().is_some_and(|plan| plan.pool() > 0))
            .collect();
        for plan in plans.iter_mut().flatten() {
            plan.links = self.links(&plan.module, &pools);
        }
        self.pair(&mut plans);
        rank(&mut plans);
        for plan in plans.iter_mut().flatten() {
            plan.columns = self.columns(plan, &pools)?;
            describe(plan);
        }
        self.label(&mut plans);
        self.check(&plans, &pools)?;
        Ok(plans)
    }

    fn module(&self, module: &Arc<Module>) -> Option<Plan> {
        if !module.is_linking() && !module.has_records(ApiVersion::LATEST) {
            return None;
        }
        let name = module.api_name();
        let count = self.counts.get(name).copied().unwrap_or(0);
        let held = if count > 0 {
            Vec::new()
        } else {
            let rows = self.state.table(module).rows();
            rows.iter().map(|(id, _)| *id).collect()
        };
        let stream = |what: &str| Stream::new(self.seed, &[name, what]);
        Some(Plan {
            module: Arc::clone(module),
            count,
            held,
            columns: Vec::new(),
            links: Vec::new(),
            pairs: None,
            rank: 0,
            due: self.hints.due(name),
            has_person: false,
            has_company: false,
            needs_due: false,
            labelled: false,
            // names that no field has
            streams: Streams {
                created: stream("(created)"),
                due: stream("(due)"),
                person: stream("(person)"),
                company: stream("(company)"),
                address: stream("(address)"),
            },
        })
    }

    /// Whether a value of the field is written.
    fn is_written(field: &Field, hint: Option<&Hint>) -> bool {
        let computed = field.spec.custom_field
            && matches!(
                field.spec.data_type,
                DataType::Formula | DataType::RollupSummary
            );
        field.exists_in(ApiVersion::LATEST)
            && match field.slot {
                Slot::CreatedTime | Slot::ModifiedTime | Slot::CreatedBy | Slot::ModifiedBy => true,
                _ => field.writable() || computed || hint.is_some_and(|hint| hint.system),
            }
    }

    fn share(field: &Field, hint: Option<&Hint>) -> u32 {
        let certain = field.spec.system_mandatory
            || field.slot != Slot::Stored
            || hint.is_none_or(|hint| hint.share.is_none())
                && (field.spec.required || field.kind == Storage::Boolean);
        if certain {
            1_000_000
        } else {
            millionths(hint.and_then(|hint| hint.share).unwrap_or(SHARE))
        }
    }

    pub(super) fn links(&self, module: &Module, pools: &[bool]) -> Vec<LinkPlan> {
        let mut links = Vec::new();
        for field in &module.fields {
            let hint = self.hints.of(module, field);
            let Storage::Lookup(target) = field.kind else {
                continue;
            };
            if !Self::is_written(field, hint) || field.slot != Slot::Stored {
                continue;
            }
            let share = Self::share(field, hint);
            if share == 0 && field.spec.data_type == DataType::MultiModuleLookup {
                continue;
            }
            let open = target.is_none();
            let targets = match target {
                Some(target) => vec![target],
                None => self.parents(module, field),
            };
            let has_records = |no: &ModuleNo| pools.get(usize::from(*no)) == Some(&true);
            links.push(LinkPlan {
                field: field.no,
                name: field.spec.api_name.clone(),
                targets: targets.into_iter().filter(has_records).collect(),
                open,
                mandatory: field.spec.system_mandatory,
                unique: field.spec.unique,
                share,
                stream: Stream::new(self.seed, &[module.api_name(), field.api_name()]),
            });
        }
        links
    }

    /// The modules that list the records of `module` under theirs, by an open lookup.
    pub(super) fn parents(&self, module: &Module, field: &Field) -> Vec<ModuleNo> {
        let modules = self.state.schema.modules();
        let lists = |parent: &&Arc<Module>| {
            parent.related_lists.iter().any(|list| {
                let link = list.spec.link.as_ref();
                let link = link.and_then(|link| link.field.as_deref());
                list.spec.module.as_deref() == Some(module.api_name())
                    && link == Some(field.api_name())
                    && in_range(list.spec.since, list.spec.until, ApiVersion::LATEST)
            })
        };
        let found = modules.filter(|parent| parent.no != module.no);
        if field.spec.data_type == DataType::MultiModuleLookup {
            let customers = found.filter(|parent| CUSTOMERS.contains(&parent.api_name()));
            return customers.map(|parent| parent.no).collect();
        }
        found.filter(lists).map(|parent| parent.no).collect()
    }

    fn columns(&self, plan: &Plan, pools: &[bool]) -> Result<Vec<Column>, GenerateError> {
        let module = &plan.module;
        let broken = |reason: String| GenerateError::Data(reason);
        let mut columns = Vec::new();
        let mut conditions = Vec::new();
        for field in &module.fields {
            let hint = self.hints.of(module, field);
            if !Self::is_written(field, hint) {
                continue;
            }
            let share = Self::share(field, hint);
            let recipe = if share == 0 {
                None
            } else {
                self.recipe(plan, field, hint, pools).map_err(broken)?
            };
            let Some(recipe) = recipe else {
                continue;
            };
            let other = hint.and_then(|hint| {
                let only = hint.only.as_ref().map(|other| (other, true));
                only.or_else(|| hint.unless.as_ref().map(|other| (other, false)))
            });
            conditions.push(other);
            // who owns a record has made it
            let chance_of = match field.slot {
                Slot::CreatedBy | Slot::ModifiedBy => "Owner",
                _ => field.api_name(),
            };
            columns.push(Column {
                name: field.spec.api_name.clone(),
                kind: field.kind.clone(),
                data_type: field.spec.data_type,
                mandatory: field.spec.system_mandatory,
                records_only: field.slot != Slot::Stored
                    || matches!(field.kind, Storage::Tags | Storage::Rows(_)),
                length: field.length(),
                share,
                when: hint.and_then(|hint| hint.when),
                condition: None,
                recipe,
                stream: Stream::new(self.seed, &[module.api_name(), chance_of]),
                unique: field.spec.unique.then(|| self.taken(module, field)),
            });
        }
        for (at, other) in conditions.into_iter().enumerate() {
            if let Some((other, wanted)) = other
                && let Some(place) = columns.iter().position(|c| c.name == other.field.as_str())
            {
                let values = other.values.iter().map(LeanString::from).collect();
                columns[at].condition = Some((place, values, wanted));
            }
        }
        // the picklist of a probability
        for at in 0..columns.len() {
            if let Recipe::Copy(usize::MAX, name) = &columns[at].recipe {
                let place = columns.iter().position(|column| column.name == *name);
                columns[at].recipe = Recipe::Probability(place.unwrap_or(at));
            }
        }
        Ok(columns)
    }

    /// Values of a unique field that records of the seed have.
    fn taken(&self, module: &Module, field: &Field) -> FxHashSet<String> {
        let records = self.state.table(module).rows().iter();
        records
            .filter_map(|(_, record)| match record.stored(field.no)? {
                Value::Text(text) => Some(fold(text)),
                Value::Int(number) => Some(number.to_string()),
                Value::Double(number) => Some(number.to_string()),
                Value::Bool(truth) => Some(truth.to_string()),
                Value::Date(days) => Some(time::format_date(*days)),
                Value::DateTime(seconds) => Some(seconds.to_string()),
                Value::User(id) | Value::Lookup(_, id) => Some(id.to_string()),
                _ => None,
            })
            .collect()
    }

    /// The module that a lookup of several records points to.
    pub(super) fn raw_target(&self, field: &Field) -> Option<ModuleNo> {
        let lookup = field.spec.lookup.as_ref()?;
        let target = self.state.schema.module(&lookup.module)?;
        Some(target.no)
    }

    /// Gives labels to the modules whose records generated ones may point to.
    fn label(&self, plans: &mut [Option<Plan>]) {
        let mut targets = FxHashSet::default();
        for plan in plans.iter().flatten().filter(|plan| plan.count > 0) {
            targets.extend(plan.links.iter().flat_map(|link| &link.targets));
            for column in &plan.columns {
                match &column.recipe {
                    Recipe::Rows(rows) => {
                        let rows = plans.get(usize::from(*rows)).and_then(Option::as_ref);
                        let links = rows.into_iter().flat_map(|rows| &rows.links);
                        targets.extend(links.flat_map(|link| &link.targets));
                    }
                    Recipe::Structure(target) => targets.extend(target),
                    _ => {}
                }
            }
        }
        let targets: FxHashSet<ModuleNo> = targets.into_iter().copied().collect();
        for plan in plans.iter_mut().flatten() {
            plan.labelled = targets.contains(&plan.module.no);
        }
    }
}

/// What the columns of a module say about its records.
fn describe(plan: &mut Plan) {
    let says = |test: fn(&Token) -> bool| plan.columns.iter().any(|column| column.is_only(test));
    let (company, person) = (
        says(|token| matches!(token, Token::Company)),
        says(|token| matches!(token, Token::LastName)),
    );
    let due = plan.columns.iter().any(|column| {
        column.when.is_some()
            || match &column.recipe {
                Recipe::Pick([any, past, future]) => past != any || future != any,
                Recipe::Date(date) | Recipe::Time(date) => {
                    matches!(date.from, Anchor::Due | Anchor::Start)
                }
                _ => false,
            }
    });
    plan.has_company = company;
    plan.has_person = person;
    plan.needs_due = due;
}

/// Gives each module a rank above those that it looks up. A lookup back to a module that is
/// being ranked does not count.
fn rank(plans: &mut [Option<Plan>]) {
    fn visit(no: usize, plans: &mut [Option<Plan>], seen: &mut [bool]) -> u32 {
        if seen[no] {
            return plans[no].as_ref().map_or(0, |plan| plan.rank);
        }
        seen[no] = true;
        let targets: Vec<usize> = plans[no]
            .iter()
            .flat_map(|plan| &plan.links)
            .flat_map(|link| &link.targets)
            .map(|target| usize::from(*target))
            .collect();
        let below = targets.into_iter().filter(|target| *target != no);
        let rank = below
            .map(|target| visit(target, plans, seen) + 1)
            .max()
            .unwrap_or(0);
        if let Some(plan) = &mut plans[no] {
            plan.rank = rank;
        }
        rank
    }
    let mut seen = vec![false; plans.len()];
    for no in 0..plans.len() {
        visit(no, plans, &mut seen);
    }
}
