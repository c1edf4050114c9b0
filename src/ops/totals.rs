//! Totals of quotes, orders and invoices: of each row, and of the record.
//!
//! ```text
//! Total                = Quantity × List_Price
//! Discount             = amount, or percentage of Total
//! Total_After_Discount = Total − Discount
//! Tax                  = Σ Total_After_Discount × percentage ÷ 100
//! Net_Total            = Total_After_Discount + Tax
//! Sub_Total            = Σ Net_Total
//! Grand_Total          = Sub_Total − Discount + Tax + Adjustment
//! ```
//!
//! Checked against samples of real orgs; rounded to two decimals, half away from zero.

use std::sync::Arc;

use rust_decimal::prelude::{Decimal, FromPrimitive as _, RoundingStrategy, ToPrimitive as _};
use serde_json::{Value as Json, json};

use crate::schema::{FieldNo, Module};
use crate::store::OrgState;
use crate::value::{Number, Row, Value};

fn decimal(value: &Value) -> Decimal {
    match value {
        Value::Double(number) => Decimal::from_f64(number.get()).unwrap_or_default(),
        Value::Int(number) => Decimal::from(*number),
        _ => Decimal::ZERO,
    }
}

fn number(amount: Decimal) -> Value {
    let cents = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    Value::Double(cents.to_f64().and_then(Number::new).unwrap_or_default())
}

fn share(amount: Decimal, percentage: Decimal) -> Decimal {
    let part = amount.checked_mul(percentage).unwrap_or_default() / Decimal::ONE_HUNDRED;
    part.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// Works taxes out on `amount`: each gets its `value`; gives the list and their sum.
fn taxes(list: &Value, amount: Decimal) -> (Json, Decimal) {
    let mut sum = Decimal::ZERO;
    let Value::Json(list) = list else {
        return (json!([]), sum);
    };
    let mut list = (**list).clone();
    for tax in list
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(Json::as_object_mut)
    {
        let percentage = tax
            .get("percentage")
            .and_then(Json::as_f64)
            .and_then(Decimal::from_f64)
            .unwrap_or_default();
        let value = share(amount, percentage);
        sum = sum.checked_add(value).unwrap_or_default();
        tax.insert(
            "value".into(),
            value
                .to_f64()
                .and_then(Number::new)
                .unwrap_or_default()
                .json(),
        );
    }
    (list, sum)
}

/// A row's cells, set by name.
struct Cells<'a> {
    module: &'a Module,
    values: Vec<(FieldNo, Value)>,
}

impl Cells<'_> {
    fn get(&self, name: &str) -> Value {
        let no = self.module.field(name).map(|f| f.no);
        self.values
            .iter()
            .find(|(n, _)| Some(*n) == no)
            .map_or(Value::Null, |(_, v)| v.clone())
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(field) = self.module.field(name) {
            self.values.retain(|(no, _)| *no != field.no);
            self.values.push((field.no, value));
        }
    }
}

/// Completes a row: price, totals, taxes, sequence.
#[must_use]
pub fn row(
    state: &OrgState,
    module: &Module,
    row: &Row,
    discount_percent: Option<Number>,
    sequence: usize,
) -> Row {
    let mut cells = Cells {
        module,
        values: row.values.to_vec(),
    };
    if cells.get("List_Price").is_null() {
        cells.set("List_Price", unit_price(state, &cells.get("Product_Name")));
    }
    if cells.get("Quantity").is_null() {
        cells.set("Quantity", Value::Double(Number::ONE));
    }
    let total = decimal(&cells.get("Quantity"))
        .checked_mul(decimal(&cells.get("List_Price")))
        .unwrap_or_default();
    if let Some(percent) = discount_percent
        .map(Number::get)
        .and_then(Decimal::from_f64)
    {
        cells.set("Discount", number(share(total, percent)));
    }
    let after = total
        .checked_sub(decimal(&cells.get("Discount")))
        .unwrap_or_default();
    let (list, tax) = taxes(&cells.get("Line_Tax"), after);
    cells.set("Line_Tax", Value::Json(Arc::new(list)));
    cells.set("Total", number(total));
    cells.set("Total_After_Discount", number(after));
    cells.set("Tax", number(tax));
    cells.set("Net_Total", number(after + tax));
    cells.set(
        "Sequence_Number",
        Value::Int(i64::try_from(sequence).unwrap_or_default()),
    );
    cells.values.retain(|(_, value)| !value.is_null());
    cells.values.sort_by_key(|(no, _)| *no);
    Row {
        values: cells.values.into(),
        ..row.clone()
    }
}

fn unit_price(state: &OrgState, product: &Value) -> Value {
    let Value::Lookup(module, id) = product else {
        return Value::Double(Number::ZERO);
    };
    let module = state.schema.module_at(*module);
    match state
        .table(module)
        .get(*id)
        .map(|record| record.by_name("Unit_Price", module))
    {
        Some(price @ Value::Double(_)) => price,
        _ => Value::Double(Number::ZERO),
    }
}

/// What a record's totals are made of.
#[derive(Debug)]
pub struct Record<'a> {
    /// The rows, complete.
    pub rows: &'a [Row],
    /// Their module.
    pub module: &'a Module,
    /// `Discount`, as it is.
    pub discount: &'a Value,
    /// `Discount` as a percentage of the sub-total.
    pub discount_percent: Option<Number>,
    /// `Adjustment`.
    pub adjustment: &'a Value,
    /// `$line_tax`.
    pub line_tax: &'a Value,
}

/// The totals of a record, by API name; `$line_tax` under its key.
#[must_use]
pub fn record(parts: &Record<'_>) -> Vec<(&'static str, Value)> {
    let net = parts.module.field("Net_Total").map(|f| f.no);
    let cell = |row: &Row| {
        row.values
            .iter()
            .find(|(no, _)| Some(*no) == net)
            .map_or(Decimal::ZERO, |(_, v)| decimal(v))
    };
    let sub_total = parts
        .rows
        .iter()
        .map(cell)
        .fold(Decimal::ZERO, |a, b| a.checked_add(b).unwrap_or(a));
    let discount = match parts
        .discount_percent
        .map(Number::get)
        .and_then(Decimal::from_f64)
    {
        Some(percent) => share(sub_total, percent),
        None => decimal(parts.discount),
    };
    let (list, tax) = taxes(parts.line_tax, sub_total - discount);
    let grand_total = sub_total - discount + tax + decimal(parts.adjustment);
    vec![
        ("Sub_Total", number(sub_total)),
        ("Discount", number(discount)),
        ("Tax", number(tax)),
        ("Grand_Total", number(grand_total)),
        ("$line_tax", Value::Json(Arc::new(list))),
    ]
}
