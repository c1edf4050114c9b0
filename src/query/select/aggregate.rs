//! Aggregate functions of COQL.

use crate::schema::Storage;
use crate::value::{Number, Value};

/// A function over the records of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are COQL's")]
pub enum Function {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

impl Function {
    /// Reads a name, which is in capitals (Zoho's v7 page). `None` if it is no function.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "COUNT" => Self::Count,
            "SUM" => Self::Sum,
            "AVG" => Self::Avg,
            "MIN" => Self::Min,
            "MAX" => Self::Max,
            _ => return None,
        })
    }

    /// Whether the function can be computed from values of a kind.
    #[must_use]
    pub fn takes(self, kind: &Storage) -> bool {
        let number = matches!(kind, Storage::Integer | Storage::BigInt | Storage::Double);
        match self {
            Self::Count => true,
            Self::Sum | Self::Avg => number,
            Self::Min | Self::Max => {
                number
                    || matches!(
                        kind,
                        Storage::Date | Storage::DateTime | Storage::Text | Storage::Id
                    )
            }
        }
    }

    /// The state of the function before the first record.
    pub(super) fn start(self) -> Accumulator {
        Accumulator {
            function: self,
            count: 0,
            sum: Sum::default(),
            best: Value::Null,
        }
    }
}

/// A compensated sum (Neumaier's): it keeps what rounding loses, so that it does not depend on the
/// order of the records.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, number: Number) {
        let number = number.get();
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() {
            (self.sum - sum) + number
        } else {
            (number - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum divided by `count`; null if it is beyond the range of doubles.
    fn share(self, count: i64) -> Value {
        let total = self.sum + self.lost;
        let share = Number::new(total / Number::of_integer(count).get());
        share.map_or(Value::Null, Value::Double)
    }
}

/// The state of a function over the records of a group. Null values are not counted.
#[derive(Clone, Debug)]
pub(super) struct Accumulator {
    function: Function,
    count: i64,
    sum: Sum,
    best: Value,
}

impl Accumulator {
    /// Counts a record, whatever its values.
    pub(super) fn record(&mut self) {
        self.count += 1;
    }

    /// Adds the value of a record.
    pub(super) fn value(&mut self, value: &Value) {
        if value.is_null() {
            return;
        }
        self.count += 1;
        match self.function {
            Function::Count => {}
            Function::Sum | Function::Avg => match value {
                Value::Int(number) => self.sum.add(Number::of_integer(*number)),
                Value::Double(number) => self.sum.add(*number),
                _ => {}
            },
            Function::Min | Function::Max => {
                let order = value.order(&self.best);
                let better = match self.function {
                    Function::Min => order.is_lt(),
                    _ => order.is_gt(),
                };
                if better || self.best.is_null() {
                    self.best = value.clone();
                }
            }
        }
    }

    /// The result; null if there were no values, except for a count.
    pub(super) fn result(self) -> Value {
        match self.function {
            Function::Count => Value::Int(self.count),
            Function::Sum | Function::Avg if self.count == 0 => Value::Null,
            Function::Sum => self.sum.share(1),
            Function::Avg => self.sum.share(self.count),
            Function::Min | Function::Max => self.best,
        }
    }
}
