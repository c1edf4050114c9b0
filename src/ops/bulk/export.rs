//! Records as a file.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value as Json;

use super::calendar;
use super::pack::Pack;
use super::parents::{Parent, parent};
use lean_string::LeanString;

use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::column::{Column, Leaf};
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Converted, Query, Sort};
use crate::query::view::{bulk_criteria, view_expr};
use crate::schema::{Field, Module, Slot};
use crate::store::bulk::{BulkRead, ExportForm};
use crate::store::{OrgState, Record};
use crate::value::{Value, time};

/// Lookups that fields and criteria may follow together (assumed).
const MOST_JOINS: usize = 10;
/// Lookups that one of them may follow, one behind the other (assumed).
const DEEPEST: usize = 2;

/// A bulk read, checked against the metadata of a state.
pub struct Export<'a> {
    state: &'a OrgState,
    module: &'a Arc<Module>,
    read: &'a BulkRead,
    columns: Vec<ExportColumn>,
    filter: Expr,
    converted: Converted,
}

struct ExportColumn {
    header: String,
    column: Column,
}

/// The zip of a bulk read, and what of the records is in it.
#[derive(Debug)]
pub struct ExportedFile {
    /// The zip.
    pub zip: Bytes,
    /// What is in it.
    pub page: ExportedPage,
}

/// The records of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportedPage {
    /// How many there are.
    pub count: usize,
    /// The last one.
    pub last: Option<Id>,
    /// Whether there are more behind it.
    pub more: bool,
}

impl<'a> Export<'a> {
    /// Checks what a bulk read asks for at the time `now`, in seconds since 1970.
    ///
    /// # Errors
    /// Fields, a view or criteria that the module does not have.
    pub fn new(state: &'a OrgState, read: &'a BulkRead, now: i64) -> Result<Self, ApiError> {
        let module = state.schema.module_at(read.module);
        let mut joins = Vec::new();
        let columns = columns(state, module, read)?;
        joins.extend(columns.iter().map(|it| it.column.clone()));
        let mut filter = Vec::new();
        let mut converted = Converted::No;
        if let Some(view) = read.query.get("cvid").filter(|view| !view.is_null()) {
            let id = Id::from_json(view);
            let known = module.views.iter().find(|known| Some(known.id) == id);
            let known = known.ok_or_else(|| {
                let shown = view
                    .as_str()
                    .map_or_else(|| view.to_string(), str::to_owned);
                ApiError::new(Code::BULK_VIEW)
                    .filled(&[&shown])
                    .with("cvid", shown)
            })?;
            filter.push(view_expr(known, module, state, now));
            // the view says which
            converted = Converted::Both;
        }
        if let Some(criteria) = read.query.get("criteria").filter(|it| !it.is_null()) {
            let expr = bulk_criteria(criteria, module, state, now, &mut joins)?;
            if asks_for_converted(&expr, module) {
                converted = Converted::Both;
            }
            filter.push(expr);
        }
        check_joins(&joins)?;
        Ok(Self {
            state,
            module,
            read,
            columns,
            filter: Expr::All(filter),
            converted,
        })
    }

    /// Writes the file, under the name of the job.
    ///
    /// # Errors
    /// None that writing to memory could have.
    pub fn run(&self, job: Id) -> io::Result<ExportedFile> {
        let mut pack = Pack::new();
        let name = format!("{job}.{}", self.read.form.as_str());
        let page = pack.file(&name, |out| match self.read.form {
            ExportForm::Csv => self.write_table(out),
            ExportForm::Ics => {
                out.write_all(calendar::HEAD)?;
                let mut line = Vec::new();
                let page = self.visit(|event| {
                    line.clear();
                    calendar::write_event(event, self.module, self.state, &mut line);
                    out.write_all(&line)
                })?;
                out.write_all(calendar::FOOT)?;
                Ok(page)
            }
        })?;
        let zip = pack.finish()?;
        Ok(ExportedFile { zip, page })
    }

    fn write_table(&self, out: &mut dyn Write) -> io::Result<ExportedPage> {
        let mut table = csv::Writer::from_writer(out);
        table.write_field("Id")?;
        for column in &self.columns {
            table.write_field(&column.header)?;
        }
        table.write_record(None::<&[u8]>)?;
        let mut cell = Vec::new();
        let page = self.visit(|record| {
            table.write_field(record.id.to_string())?;
            for column in &self.columns {
                cell.clear();
                let write = |value: &Value| write_cell(value, self.state, &mut cell);
                column.column.with(record, self.state, write);
                table.write_field(&cell)?;
            }
            Ok(table.write_record(None::<&[u8]>)?)
        })?;
        table.flush()?;
        Ok(page)
    }

    /// Shows `each` the records of the page, by id.
    fn visit(&self, each: impl FnMut(&Record) -> io::Result<()>) -> io::Result<ExportedPage> {
        match parent(&self.state.schema, self.module) {
            Some(parent) => self.visit_rows(&parent, each),
            None => self.visit_records(each),
        }
    }

    fn visit_records(
        &self,
        mut each: impl FnMut(&Record) -> io::Result<()>,
    ) -> io::Result<ExportedPage> {
        let Some(by) = self.module.field("id") else {
            return Ok(ExportedPage::default());
        };
        let per_page = self.read.form.per_page();
        let (filter, skip) = match self.read.after {
            Some(Id(after)) => {
                let after = Value::Int(i64::try_from(after).unwrap_or(i64::MAX));
                let behind = Expr::Test(by.no, Test::Range(Some((after, false)), None));
                (Expr::All(vec![behind, self.filter.clone()]), 0)
            }
            None => (self.filter.clone(), (self.read.page - 1) * per_page),
        };
        let query = Query {
            state: self.state,
            module: self.module,
            expr: &filter,
            converted: self.converted,
            sort: Some(Sort {
                by,
                ascending: true,
            }),
        };
        let mut found = query.page(skip, per_page + 1);
        let more = found.len() > per_page;
        found.truncate(per_page);
        for record in &found {
            each(record)?;
        }
        Ok(ExportedPage {
            count: found.len(),
            last: found.last().map(|record| record.id),
            more,
        })
    }

    /// The same for rows, as if they were records: those of one parent after the other.
    fn visit_rows(
        &self,
        parent: &Parent<'_>,
        mut each: impl FnMut(&Record) -> io::Result<()>,
    ) -> io::Result<ExportedPage> {
        let per_page = self.read.form.per_page();
        let mut skip = match self.read.after {
            Some(_) => 0,
            None => (self.read.page - 1) * per_page,
        };
        let mut waits_for = self.read.after;
        let mut page = ExportedPage::default();
        for (_, record) in self.state.table(parent.module).rows().iter() {
            for row in parent.rows(record, self.module) {
                if !self.filter.matches(&row, self.module, self.state) {
                    continue;
                }
                if let Some(after) = waits_for {
                    if row.id == after {
                        waits_for = None;
                    }
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                if page.count == per_page {
                    page.more = true;
                    return Ok(page);
                }
                each(&row)?;
                page.count += 1;
                page.last = Some(row.id);
            }
        }
        Ok(page)
    }
}

/// The columns besides the id: those that are named, else all that are exported.
fn columns(
    state: &OrgState,
    module: &Arc<Module>,
    read: &BulkRead,
) -> Result<Vec<ExportColumn>, ApiError> {
    let version = read.order.version;
    let named = read.query.get("fields").and_then(Json::as_array);
    let named = named.filter(|names| !names.is_empty());
    let Some(named) = named else {
        let all = module.fields.iter();
        let all = all.filter(|field| is_exported(field) && field.exists_in(version));
        let all = all.map(|field| ExportColumn {
            header: field.api_name().to_owned(),
            column: Column::of(module, field),
        });
        return Ok(all.collect());
    };
    let mut columns: Vec<ExportColumn> = Vec::new();
    for name in named.iter().filter_map(Json::as_str) {
        let error = |code: Code| {
            let error = ApiError::new(code).filled(&[name, module.api_name()]);
            error
                .with("api_name", name)
                .with("module", module.api_name())
        };
        if name.eq_ignore_ascii_case("id") || columns.iter().any(|known| known.header == name) {
            continue;
        }
        let column = Column::parse(name, module, &state.schema);
        let column = column.ok_or_else(|| error(Code::BULK_NO_FIELD))?;
        if column
            .field(&state.schema)
            .is_some_and(|field| !is_exported(field))
        {
            return Err(error(Code::BULK_FIELD));
        }
        columns.push(ExportColumn {
            header: name.to_owned(),
            column,
        });
    }
    Ok(columns)
}

/// Whether a field is a column of exports: rows are exported on their own.
fn is_exported(field: &Field) -> bool {
    !field.has_rows() && field.slot != Slot::Id && !field.api_name().starts_with('$')
}

/// Whether an expression is about whether leads are converted.
fn asks_for_converted(expr: &Expr, module: &Module) -> bool {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => {
            parts.iter().any(|part| asks_for_converted(part, module))
        }
        Expr::Not(part) => asks_for_converted(part, module),
        Expr::Test(no, _) => module.field_at(*no).slot == Slot::Converted,
        Expr::AnyOf(..) | Expr::Column(..) => false,
    }
}

/// Checks that no more lookups are followed than there may be.
fn check_joins(columns: &[Column]) -> Result<(), ApiError> {
    let mut followed = Vec::new();
    let mut deepest = 0;
    for column in columns {
        deepest = deepest.max(column.depth());
        let user = match &column.leaf {
            Leaf::User(no, _) => Some(*no),
            Leaf::Field(_) => None,
        };
        let way = (column.steps.as_slice(), user);
        if column.depth() > 0 && !followed.contains(&way) {
            followed.push(way);
        }
    }
    if followed.len() > MOST_JOINS || deepest > DEEPEST {
        let error = ApiError::new(Code::BULK_JOINS).with("max_limit", MOST_JOINS);
        return Err(error.filled(&[&MOST_JOINS.to_string()]));
    }
    Ok(())
}

/// Appends a value as a cell: lookups are ids, several values stand in one cell (page on the result
/// of bulk reads).
fn write_cell(value: &Value, state: &OrgState, out: &mut Vec<u8>) {
    match value {
        Value::Null | Value::Rows(_) => {}
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Double(number) => number.write(out),
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Date(days) => time::write_date(out, *days),
        Value::DateTime(seconds) => time::write_datetime(out, *seconds, &state.time_zone),
        Value::Lookup(_, id) | Value::User(id) => {
            out.extend_from_slice(id.to_string().as_bytes());
        }
        Value::List(items) => write_joined(items.iter(), out),
        Value::Files(files) => write_joined(files.iter().map(|file| &file.file.name), out),
        Value::Json(json) => match &**json {
            Json::String(text) => out.extend_from_slice(text.as_bytes()),
            json => out.extend_from_slice(json.to_string().as_bytes()),
        },
    }
}

fn write_joined<'t>(items: impl Iterator<Item = &'t LeanString>, out: &mut Vec<u8>) {
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(b';');
        }
        out.extend_from_slice(item.as_bytes());
    }
}
