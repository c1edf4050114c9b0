//! What is generated for each module: worked out once, from the metadata and the hints.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashSet;

use super::GenerateError;
use super::chance::Stream;
use super::hints::{Anchor, DateHint, Hint, Hints, SHARE, Token, When};
use super::template::{Part, Template};
use crate::ids::Id;
use crate::schema::{DataType, Field, Kind, Module, ModuleNo, Slot};
use crate::store::OrgState;
use crate::value::{Value, fold};
use crate::version::ApiVersion;

/// A module, and how its records come about.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) module: Arc<Module>,
    /// How many are asked for.
    pub(super) count: u64,
    /// Those that the seed holds; only looked at where none are asked for.
    pub(super) held: Vec<Id>,
    pub(super) columns: Vec<Column>,
    pub(super) links: Vec<LinkPlan>,
    /// Higher than the ranks of the modules that it looks up, as far as they do not look back.
    pub(super) rank: u32,
    /// Days from creation to the due date.
    pub(super) due: (i64, i64),
    /// Records name a person.
    pub(super) has_person: bool,
    /// Records name a company.
    pub(super) has_company: bool,
    /// Something of a record depends on its due date.
    pub(super) needs_due: bool,
    /// Records have labels, since others may point to them.
    pub(super) labelled: bool,
    pub(super) streams: Streams,
}

/// What a record has besides its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams {
    pub(super) created: Stream,
    pub(super) due: Stream,
    pub(super) person: Stream,
    pub(super) company: Stream,
    pub(super) address: Stream,
}

impl Plan {
    /// How many records others may point to.
    pub(super) fn pool(&self) -> u64 {
        if self.count > 0 {
            self.count
        } else {
            self.held.len() as u64
        }
    }

    /// The column of a field.
    pub(super) fn column(&self, api_name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == api_name)
    }
}

/// A lookup of a module.
#[derive(Debug)]
pub(super) struct LinkPlan {
    pub(super) field: crate::schema::FieldNo,
    pub(super) name: EcoString,
    /// The modules it may lead to, all with records; several where each record names its own.
    pub(super) targets: Vec<ModuleNo>,
    /// Each record names the module.
    pub(super) open: bool,
    pub(super) mandatory: bool,
    /// No two records point to the same.
    pub(super) unique: bool,
    pub(super) share: u32,
    pub(super) stream: Stream,
}

/// A field that is written.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: EcoString,
    pub(super) kind: Kind,
    pub(super) data_type: DataType,
    pub(super) mandatory: bool,
    /// Records have it, rows of subforms do not.
    pub(super) records_only: bool,
    /// Most characters or digits.
    pub(super) length: Option<u32>,
    /// Of a million records, so many have a value.
    pub(super) share: u32,
    pub(super) when: Option<When>,
    /// Another picklist of the record, its values, and whether they are wanted.
    pub(super) condition: Option<(usize, Vec<EcoString>, bool)>,
    pub(super) recipe: Recipe,
    pub(super) stream: Stream,
    /// Values that are taken, where no two records share one.
    pub(super) unique: Option<FxHashSet<String>>,
}

/// How a value comes about.
#[derive(Debug)]
pub(super) enum Recipe {
    Text(Vec<Template<Token>>),
    /// Values where nothing is known of the time, past and future ones.
    Pick([Vec<EcoString>; 3]),
    Picks(Vec<EcoString>),
    Number {
        low: i64,
        high: i64,
        decimals: u32,
    },
    Truth(u32),
    Date(DateHint),
    Time(DateHint),
    Link(usize),
    User,
    Rows(ModuleNo),
    Json(Vec<Box<str>>),
    /// The value of a field behind a lookup.
    Copy(usize, EcoString),
    /// The probability of the value of another column.
    Probability(usize),
    /// What a mandatory field of a structured type holds; the module that it points to.
    Structure(Option<ModuleNo>),
    Created,
    Modified,
}

/// A share as a number of millionths.
fn millionths(share: f64) -> u32 {
    // shares are between 0 and 1: there is nothing to lose
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1,000,000"
    )]
    let number = (share.clamp(0.0, 1.0) * 1_000_000.0).round() as u32;
    number
}

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
        if !module.has_records(ApiVersion::LATEST) {
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
                && (field.spec.required || field.kind == Kind::Boolean);
        if certain {
            1_000_000
        } else {
            millionths(hint.and_then(|hint| hint.share).unwrap_or(SHARE))
        }
    }

    fn links(&self, module: &Module, pools: &[bool]) -> Vec<LinkPlan> {
        let mut links = Vec::new();
        for field in &module.fields {
            let hint = self.hints.of(module, field);
            let Kind::Lookup(target) = field.kind else {
                continue;
            };
            if !Self::is_written(field, hint) || field.slot != Slot::Stored {
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
                share: Self::share(field, hint),
                stream: Stream::new(self.seed, &[module.api_name(), field.api_name()]),
            });
        }
        links
    }

    /// The modules that list the records of `module` under theirs, by an open lookup.
    fn parents(&self, module: &Module, field: &Field) -> Vec<ModuleNo> {
        let modules = self.state.schema.modules();
        let lists = |parent: &&Arc<Module>| {
            parent.related_lists.iter().any(|list| {
                let link = list.spec.link.as_ref().and_then(|link| link.get("field"));
                list.spec.module.as_deref() == Some(module.api_name())
                    && link.and_then(serde_json::Value::as_str) == Some(field.api_name())
                    && crate::schema::in_range(list.spec.since, list.spec.until, ApiVersion::LATEST)
            })
        };
        let found = modules.filter(|parent| parent.no != module.no);
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
                    || matches!(field.kind, Kind::Tags | Kind::Rows(_)),
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
                let values = other.values.iter().map(EcoString::from).collect();
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
                Value::Date(days) => Some(crate::value::time::format_date(*days)),
                Value::DateTime(seconds) => Some(seconds.to_string()),
                Value::User(id) | Value::Lookup(_, id) => Some(id.to_string()),
                _ => None,
            })
            .collect()
    }

    /// How the values of a field come about; none where it stays empty.
    fn recipe(
        &self,
        plan: &Plan,
        field: &Field,
        hint: Option<&Hint>,
        pools: &[bool],
    ) -> Result<Option<Recipe>, String> {
        match field.slot {
            Slot::CreatedTime => return Ok(Some(Recipe::Created)),
            Slot::ModifiedTime => return Ok(Some(Recipe::Modified)),
            Slot::Owner | Slot::CreatedBy | Slot::ModifiedBy => {
                return Ok(self.users.then_some(Recipe::User));
            }
            _ => {}
        }
        let mandatory = field.spec.system_mandatory;
        if let Some(hint) = hint {
            if !hint.json.is_empty() && !field.spec.unique {
                let texts = hint.json.iter().map(|text| text.as_str().into());
                return Ok(Some(Recipe::Json(texts.collect())));
            }
            if let Some(source) = hint
                .copy
                .as_ref()
                .filter(|_| !field.spec.unique && !mandatory)
            {
                match source.split_once('.') {
                    None => return Ok(Some(Recipe::Copy(usize::MAX, source.as_str().into()))),
                    Some((lookup, name)) => {
                        let link = plan.links.iter().position(|l| l.name == lookup && !l.open);
                        if let Some(link) = link
                            && !plan.links[link].targets.is_empty()
                        {
                            return Ok(Some(Recipe::Copy(link, name.into())));
                        }
                        return Ok(None);
                    }
                }
            }
        }
        let most = field.length().map_or(usize::MAX, |most| most as usize);
        let listed = field.pick_list.iter().map(|value| &value.actual_value);
        let listed: Vec<EcoString> = listed
            .filter(|v| *v != "-None-" && !v.is_empty() && v.chars().count() <= most)
            .cloned()
            .collect();
        Ok(match &field.kind {
            Kind::Text | Kind::Picklist if !listed.is_empty() => {
                let of = |names: Option<&Vec<String>>, or: &[EcoString]| {
                    let names = names.into_iter().flatten().map(EcoString::from);
                    let given: Vec<EcoString> = names.filter(|v| listed.contains(v)).collect();
                    if given.is_empty() { or.to_vec() } else { given }
                };
                let any = of(hint.map(|hint| &hint.values), &listed);
                let past = of(hint.map(|hint| &hint.past), &any);
                let future = of(hint.map(|hint| &hint.future), &any);
                Some(Recipe::Pick([any, past, future]))
            }
            Kind::Picklist if hint.is_none_or(|hint| hint.text.is_empty()) && !mandatory => None,
            Kind::Text | Kind::Picklist => {
                let texts = match hint {
                    Some(hint) if !hint.text.is_empty() => hint.text.as_slice(),
                    _ => &["{phrase:words}".to_owned()],
                };
                let texts: Result<_, String> =
                    texts.iter().map(|text| self.hints.template(text)).collect();
                Some(Recipe::Text(texts?))
            }
            Kind::MultiPicklist => {
                let all = field
                    .pick_list
                    .iter()
                    .map(|value| value.actual_value.clone());
                // a CSV cell separates them by semicolons
                let all: Vec<_> = all
                    .filter(|v| v != "-None-" && !v.is_empty() && !v.contains(';') && v.trim() == v)
                    .collect();
                match (all.is_empty(), mandatory) {
                    (false, _) => Some(Recipe::Picks(all)),
                    (true, true) => Some(Recipe::Json(vec!["[\"Other\"]".into()])),
                    (true, false) => None,
                }
            }
            Kind::Integer | Kind::BigInt | Kind::Double => {
                let (low, high) = hint.and_then(|hint| hint.range).unwrap_or((1, 1000));
                let digits = field.length().unwrap_or(9).min(15);
                let most = 10i64.checked_pow(digits).map_or(i64::MAX, |n| n - 1);
                let decimals = match field.kind {
                    Kind::Double if hint.is_some_and(|hint| hint.decimals) => {
                        field.decimal_place().unwrap_or(0).min(2)
                    }
                    _ => 0,
                };
                Some(Recipe::Number {
                    low: low.min(most),
                    high: high.min(most),
                    decimals,
                })
            }
            Kind::Boolean => {
                let share = hint.and_then(|hint| hint.truth).unwrap_or(0.5);
                Some(Recipe::Truth(millionths(share)))
            }
            Kind::Date | Kind::DateTime => {
                let usual = DateHint {
                    from: Anchor::Created,
                    days: (0, 30),
                    minutes: (0, 0),
                };
                let date = hint.and_then(|hint| hint.date).unwrap_or(usual);
                Some(if field.kind == Kind::Date {
                    Recipe::Date(date)
                } else {
                    Recipe::Time(date)
                })
            }
            Kind::Lookup(_) => {
                let link = plan.links.iter().position(|link| link.field == field.no);
                link.filter(|link| !plan.links[*link].targets.is_empty())
                    .map(Recipe::Link)
            }
            Kind::User => (self.users || mandatory).then_some(Recipe::User),
            Kind::Rows(Some(rows)) => {
                let module = self.state.schema.module_at(*rows);
                let complete = self
                    .links(module, pools)
                    .iter()
                    .all(|link| !link.mandatory || !link.targets.is_empty());
                (complete && module.has_records(ApiVersion::LATEST)).then_some(Recipe::Rows(*rows))
            }
            Kind::Raw if mandatory => {
                let target = self.raw_target(field);
                let held = target.filter(|no| pools.get(usize::from(*no)) == Some(&true));
                (target.is_none() || held.is_some()).then_some(Recipe::Structure(held))
            }
            Kind::Rows(None) | Kind::Tags | Kind::Raw | Kind::Id => None,
        })
    }

    /// The module that a lookup of several records points to.
    fn raw_target(&self, field: &Field) -> Option<ModuleNo> {
        let lookup = field.spec.lookup.as_ref()?;
        let target = self.state.schema.module(&lookup.module)?;
        Some(target.no)
    }

    /// Records get labels where those of a module that is asked for may point to them.
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

    /// Whether what is asked for can be done.
    fn check(&self, plans: &[Option<Plan>], pools: &[bool]) -> Result<(), GenerateError> {
        let mut missing = Vec::new();
        for plan in plans.iter().flatten().filter(|plan| plan.count > 0) {
            let module = &plan.module;
            for field in module.fields.iter().filter(|f| f.spec.system_mandatory) {
                if !field.exists_in(ApiVersion::LATEST) {
                    continue;
                }
                let owner = match field.kind {
                    Kind::Rows(Some(rows)) => self.state.schema.module_at(rows),
                    _ => module,
                };
                let raw = (field.kind == Kind::Raw)
                    .then(|| self.raw_target(field))
                    .flatten();
                if let Some(target) = raw
                    && pools.get(usize::from(target)) != Some(&true)
                {
                    missing.push(super::Missing {
                        module: module.api_name().into(),
                        field: field.api_name().into(),
                        needs: vec![self.state.schema.module_at(target).api_name().into()],
                    });
                }
                let lacking = self.links(owner, pools).into_iter().find(|link| {
                    link.mandatory
                        && link.targets.is_empty()
                        && (owner.no != module.no || link.field == field.no)
                });
                if let Some(link) = lacking {
                    let field = if owner.no == module.no {
                        field.api_name().to_owned()
                    } else {
                        format!("{}.{}", field.api_name(), link.name)
                    };
                    missing.push(self.need(module, owner, &link, field));
                }
            }
            if let Some(column) = plan.columns.iter().find(|column| {
                column.mandatory
                    && column.unique.is_some()
                    && self.room(column, plan, plans) < plan.count
            }) {
                return Err(GenerateError::NoRoom {
                    module: module.api_name().into(),
                    field: column.name.to_string(),
                    count: plan.count,
                });
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(GenerateError::Missing(missing))
        }
    }

    fn need(
        &self,
        module: &Module,
        owner: &Module,
        link: &LinkPlan,
        field: String,
    ) -> super::Missing {
        let declared = owner.field_at(link.field);
        let targets = match declared.kind {
            Kind::Lookup(Some(target)) => vec![target],
            _ => self.parents(owner, declared),
        };
        let name = |no: ModuleNo| self.state.schema.module_at(no).api_name().to_owned();
        super::Missing {
            module: module.api_name().into(),
            field,
            needs: targets.into_iter().map(name).collect(),
        }
    }

    /// How many records can have different values.
    fn room(&self, column: &Column, plan: &Plan, plans: &[Option<Plan>]) -> u64 {
        let power = |base: u64, digits: u32| base.checked_pow(digits).unwrap_or(u64::MAX);
        let length = column.length.unwrap_or(255);
        let taken = column.unique.as_ref().map_or(0, |taken| taken.len() as u64);
        let all = match &column.recipe {
            Recipe::Pick([all, ..]) => all.len() as u64,
            Recipe::Truth(_) => 2,
            Recipe::Number { .. } => power(10, length.min(15)) - 1,
            Recipe::Text(_) if column.data_type == DataType::Email => {
                power(36, length.saturating_sub(SHORT_DOMAIN.len() as u32))
            }
            Recipe::Text(_) => power(36, length),
            // as many days as there are since the year 1
            Recipe::Date(_) => 600_000,
            Recipe::User => self.state.users.len() as u64,
            Recipe::Link(link) => {
                let targets = plan.links.get(*link).map_or(&[][..], |link| &link.targets);
                let pools = targets
                    .iter()
                    .filter_map(|no| plans.get(usize::from(*no))?.as_ref());
                pools.map(Plan::pool).min().unwrap_or(0)
            }
            _ => return u64::MAX,
        };
        all.saturating_sub(taken)
    }
}

impl Column {
    /// Whether two records can be found to share a value: lists and structures are not compared.
    pub(super) fn is_compared(&self) -> bool {
        matches!(
            self.recipe,
            Recipe::Text(_)
                | Recipe::Pick(_)
                | Recipe::Truth(_)
                | Recipe::Number { .. }
                | Recipe::Date(_)
                | Recipe::Time(_)
                | Recipe::User
                | Recipe::Link(_)
        )
    }

    /// Whether the field holds one thing alone.
    pub(super) fn is_only(&self, test: fn(&Token) -> bool) -> bool {
        let Recipe::Text(templates) = &self.recipe else {
            return false;
        };
        matches!(
            templates.as_slice(),
            [Template(parts)] if matches!(parts.as_slice(), [Part::Slot(token)] if test(token))
        )
    }
}

/// The end of an address that has to be short.
pub(super) const SHORT_DOMAIN: &str = "@a.example";

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
