//! What a line item costs by its price book, and what the book takes off it (Zoho's page on price
//! books, Kaizen #9).
//!
//! A product has a price of its own in each book that it is related to.
//!
//! Flat: the discount of the range that holds the quantity counts for all of it. Differential: the
//! discount of each range counts for the units within it.

use rust_decimal::prelude::{Decimal, FromPrimitive as _};
use serde_json::Value as Json;

use crate::query::related::pair;
use crate::schema::relation::Pairs;
use crate::store::OrgState;
use crate::value::Value;

/// A range of a price book.
struct PriceRange {
    from: Decimal,
    to: Decimal,
    percent: Option<Decimal>,
}

impl PriceRange {
    fn of(json: &Json) -> Self {
        let number = |key: &str| json.get(key).and_then(Json::as_f64);
        // what is beyond all decimals bounds nothing
        let bound = |key: &str, open: Decimal| {
            let number = number(key);
            number.and_then(Decimal::from_f64).unwrap_or(open)
        };
        Self {
            from: bound("from_range", Decimal::MIN),
            to: bound("to_range", Decimal::MAX),
            percent: Decimal::from_f64(number("discount").unwrap_or_default()),
        }
    }

    /// How many of `quantity` units are within the range.
    fn units(&self, quantity: Decimal) -> Option<Decimal> {
        let below = if self.from > Decimal::ZERO {
            self.from.checked_sub(Decimal::ONE)?
        } else {
            Decimal::ZERO
        };
        let units = quantity.min(self.to).checked_sub(below)?;
        Some(units.max(Decimal::ZERO))
    }
}

/// How a price book's ranges count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PricingModel {
    Flat,
    Differential,
}

/// What the price book of a line item takes off it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookDiscount {
    /// There is no price book, or one that is gone.
    None,
    /// So much.
    Amount(Decimal),
    /// More than any decimal.
    TooLarge,
}

/// What `book`, the value of a row's `Price_Book_Name`, takes off `quantity` units at `price`.
#[must_use]
pub fn discount(state: &OrgState, book: &Value, quantity: Decimal, price: Decimal) -> BookDiscount {
    let Value::Lookup(module, id) = book else {
        return BookDiscount::None;
    };
    let module = state.schema.module_at(*module);
    let Some(record) = state.table(module).get(*id) else {
        return BookDiscount::None;
    };
    let model = match record.by_name("Pricing_Model", module).as_text() {
        Some("Differential") => PricingModel::Differential,
        // a book that names none counts as flat (assumed)
        _ => PricingModel::Flat,
    };
    let Value::Json(ranges) = record.by_name("Pricing_Details", module) else {
        return BookDiscount::None;
    };
    let ranges = ranges.as_array().into_iter().flatten().map(PriceRange::of);
    let amount = match model {
        PricingModel::Flat => {
            let holds = |range: &PriceRange| (range.from..=range.to).contains(&quantity);
            let range = { ranges }.find(holds);
            range.map_or(Some(Decimal::ZERO), |range| off(&range, quantity, price))
        }
        PricingModel::Differential => { ranges }.try_fold(Decimal::ZERO, |sum, range| {
            let units = range.units(quantity)?;
            sum.checked_add(off(&range, units, price)?)
        }),
    };
    amount.map_or(BookDiscount::TooLarge, BookDiscount::Amount)
}

/// The price of a product in `book`, the value of a row's `Price_Book_Name`; `None` if there is no
/// book, or if it says nothing of the product.
#[must_use]
pub fn list_price(state: &OrgState, book: &Value, product: &Value) -> Option<Value> {
    let (Value::Lookup(books, book), Value::Lookup(products, product)) = (book, product) else {
        return None;
    };
    let books = state.schema.module_at(*books);
    let products = state.schema.module_at(*products);
    let mut linking = state.schema.linking_modules(books);
    let (price, list) = linking.find_map(|through| {
        let price = through.field("list_price")?;
        Some((price, Pairs::of(books, through, products)?))
    })?;
    let pair = pair(state, &list, (books.no, *book), *product)?;
    pair.stored(price.no).cloned()
}

/// What a range takes off so many units.
fn off(range: &PriceRange, units: Decimal, price: Decimal) -> Option<Decimal> {
    let percent = units.checked_mul(price)?.checked_mul(range.percent?)?;
    percent.checked_div(Decimal::ONE_HUNDRED)
}
