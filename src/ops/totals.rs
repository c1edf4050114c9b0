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
//! A price book sets the price and the discount of a row that gives none ([`super::pricing`]).
//!
//! Checked against samples of real orgs; rounded to two decimals, half away from zero. What Zoho
//! answers to a total that is too large for its field is not known; it is refused as a value of
//! that size is (assumed).

use std::sync::Arc;

use rust_decimal::prelude::{Decimal, FromPrimitive as _, RoundingStrategy, ToPrimitive as _};
use serde_json::{Value as Json, json};

use super::input::exceeded_length;
use super::pricing::{self, BookDiscount};
use crate::schema::{Field, FieldNo, Module};
use crate::store::OrgState;
use crate::value::{Number, Value};

/// A total has more digits before the decimal point than its field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The API name of the field.
    pub field: &'static str,
    /// The digits that it takes.
    pub most: u32,
}

impl TooLarge {
    /// Digits that a currency has when nothing else is said.
    const USUAL: u32 = 16;

    fn new(module: &Module, field: &'static str) -> Self {
        let length = module.field(field).and_then(Field::length);
        Self {
            field,
            most: length.unwrap_or(Self::USUAL),
        }
    }
}

/// A value as a decimal: 0 for what is no number, `None` for what is beyond all decimals.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Double(number) => Decimal::from_f64(number.get()),
        Value::Int(number) => Some(Decimal::from(*number)),
        _ => Some(Decimal::ZERO),
    }
}

fn rounded(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn number(amount: Decimal) -> Number {
    let cents = rounded(amount).to_f64();
    cents.and_then(Number::new).unwrap_or_default()
}

/// An amount as the value of a field, rounded.
///
/// # Errors
/// [`TooLarge`], also for the `None` of a computation that went beyond all decimals.
fn fitted(
    module: &Module,
    field: &'static str,
    amount: Option<Decimal>,
) -> Result<(Decimal, Value), TooLarge> {
    let too_large = || TooLarge::new(module, field);
    let amount = amount.ok_or_else(too_large)?;
    let value = Value::Double(number(amount));
    let exceeded = module.field(field).and_then(|f| exceeded_length(f, &value));
    match exceeded {
        Some(_) => Err(too_large()),
        None => Ok((amount, value)),
    }
}

/// So many percent of an amount, rounded.
fn share(amount: Decimal, percentage: Option<Decimal>) -> Option<Decimal> {
    let part = amount
        .checked_mul(percentage?)?
        .checked_div(Decimal::ONE_HUNDRED)?;
    Some(rounded(part))
}

fn percentage(number: Number) -> Option<Decimal> {
    Decimal::from_f64(number.get())
}

/// Taxes on an amount: the list, in which each has got its `value`, and their sum. `None` if it is
/// beyond all decimals.
fn taxes(list: &Value, amount: Decimal) -> Option<(Value, Decimal)> {
    let Value::Json(list) = list else {
        return Some((Value::Json(Arc::new(json!([]))), Decimal::ZERO));
    };
    let mut sum = Decimal::ZERO;
    let mut list = Json::clone(list);
    let items = list.as_array_mut().into_iter().flatten();
    for tax in items.filter_map(Json::as_object_mut) {
        let rate = tax.get("percentage").and_then(Json::as_f64);
        let rate = rate.and_then(Number::new).unwrap_or_default();
        let value = share(amount, percentage(rate))?;
        sum = sum.checked_add(value)?;
        tax.insert("value".into(), number(value).json());
    }
    Some((Value::Json(Arc::new(list)), sum))
}

/// The cells of a row, by name.
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

    fn decimal(&self, name: &str) -> Option<Decimal> {
        decimal(&self.get(name))
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(field) = self.module.field(name) {
            self.values.retain(|(no, _)| *no != field.no);
            self.values.push((field.no, value));
        }
    }

    /// Sets a total, and gives it back as it was before rounding.
    fn set_total(
        &mut self,
        name: &'static str,
        amount: Option<Decimal>,
    ) -> Result<Decimal, TooLarge> {
        let (amount, value) = fitted(self.module, name, amount)?;
        self.set(name, value);
        Ok(amount)
    }
}

/// The discount of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowDiscount {
    /// The amount that the row has.
    Kept,
    /// So many percent of its total.
    Percent(Number),
    /// What its price book says; the amount that it has if there is none.
    OfBook,
}

/// The values of a row, completed: price, totals, taxes, and its number in the list, from 1.
///
/// # Errors
/// [`TooLarge`] for the first total that does not fit.
pub fn row(
    state: &OrgState,
    module: &Module,
    values: &[(FieldNo, Value)],
    discount: RowDiscount,
    sequence: usize,
) -> Result<Vec<(FieldNo, Value)>, TooLarge> {
    let mut cells = Cells {
        module,
        values: values.to_vec(),
    };
    if cells.get("List_Price").is_null() {
        let (book, product) = (cells.get("Price_Book_Name"), cells.get("Product_Name"));
        let price = pricing::list_price(state, &book, &product);
        let price = price.unwrap_or_else(|| unit_price(state, &product));
        cells.set("List_Price", price);
    }
    if cells.get("Quantity").is_null() {
        cells.set("Quantity", Value::Double(Number::ONE));
    }
    let quantity = cells.decimal("Quantity");
    let price = cells.decimal("List_Price");
    let total = quantity.and_then(|quantity| quantity.checked_mul(price?));
    let total = cells.set_total("Total", total)?;
    match discount {
        RowDiscount::Kept => {}
        RowDiscount::Percent(percent) => {
            cells.set_total("Discount", share(total, percentage(percent)))?;
        }
        RowDiscount::OfBook => {
            let book = cells.get("Price_Book_Name");
            let (quantity, price) = (quantity.unwrap_or_default(), price.unwrap_or_default());
            match pricing::discount(state, &book, quantity, price) {
                BookDiscount::None => {}
                BookDiscount::Amount(amount) => {
                    cells.set_total("Discount", Some(rounded(amount)))?;
                }
                BookDiscount::TooLarge => {
                    cells.set_total("Discount", None)?;
                }
            }
        }
    }
    let discount = cells.decimal("Discount");
    let after = discount.and_then(|discount| total.checked_sub(discount));
    let after = cells.set_total("Total_After_Discount", after)?;
    let (list, tax) =
        taxes(&cells.get("Line_Tax"), after).ok_or_else(|| TooLarge::new(module, "Tax"))?;
    cells.set("Line_Tax", list);
    cells.set_total("Tax", Some(tax))?;
    cells.set_total("Net_Total", after.checked_add(tax))?;
    cells.set(
        "Sequence_Number",
        Value::Int(i64::try_from(sequence).unwrap_or_default()),
    );
    cells.values.retain(|(_, value)| !value.is_null());
    cells.values.sort_by_key(|(no, _)| *no);
    Ok(cells.values)
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

/// The `Net_Total` of a row that was completed.
#[must_use]
pub fn net_total(row: &[(FieldNo, Value)], module: &Module) -> Value {
    let net = module.field("Net_Total").map(|f| f.no);
    row.iter()
        .find(|(no, _)| Some(*no) == net)
        .map_or(Value::Null, |(_, value)| value.clone())
}

/// What the totals of a record are made of.
#[derive(Debug)]
pub struct TotalParts<'a> {
    /// `Net_Total` of each row.
    pub rows: &'a [Value],
    /// `Discount`.
    pub discount: &'a Value,
    /// `Discount`, where it was given as a percentage of the sub-total.
    pub discount_percent: Option<Number>,
    /// `Adjustment`.
    pub adjustment: &'a Value,
    /// `$line_tax`.
    pub line_tax: &'a Value,
}

/// The totals of a record of a module, by API name; `$line_tax` under its key.
///
/// # Errors
/// [`TooLarge`] for the first total that does not fit.
pub fn record(
    module: &Module,
    parts: &TotalParts<'_>,
) -> Result<Vec<(&'static str, Value)>, TooLarge> {
    let mut rows = parts.rows.iter();
    let sub_total = rows.try_fold(Decimal::ZERO, |sum, row| sum.checked_add(decimal(row)?));
    let (sub_total, shown_sub_total) = fitted(module, "Sub_Total", sub_total)?;
    let discount = match parts.discount_percent {
        Some(percent) => share(sub_total, percentage(percent)),
        None => decimal(parts.discount),
    };
    let (discount, shown_discount) = fitted(module, "Discount", discount)?;
    let too_large = |field| move || TooLarge::new(module, field);
    let after = sub_total.checked_sub(discount);
    let after = after.ok_or_else(too_large("Grand_Total"))?;
    let (list, tax) = taxes(parts.line_tax, after).ok_or_else(too_large("Tax"))?;
    let (tax, shown_tax) = fitted(module, "Tax", Some(tax))?;
    let grand_total = after
        .checked_add(tax)
        .and_then(|sum| sum.checked_add(decimal(parts.adjustment)?));
    let (_, grand_total) = fitted(module, "Grand_Total", grand_total)?;
    Ok(vec![
        ("Sub_Total", shown_sub_total),
        ("Discount", shown_discount),
        ("Tax", shown_tax),
        ("Grand_Total", grand_total),
        ("$line_tax", list),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_decimals_are_told_apart_from_small_ones() {
        let read = |number: f64| decimal(&Value::Double(Number::new(number).expect("finite")));
        for large in [1e29, -1e29, 1e300, f64::MAX, f64::MIN] {
            assert_eq!(read(large), None, "{large}");
        }
        for small in [1e-30, -1e-300, f64::MIN_POSITIVE, 5e-324, 0.0] {
            assert_eq!(read(small).map(rounded), Some(Decimal::ZERO), "{small}");
        }
        assert!(read(7e28).is_some());
    }
}
