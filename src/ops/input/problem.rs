//! What can be wrong with a value, and the error that Zoho has for it.

use super::reader::RecordReader;
use crate::error::{ApiError, Code};
use crate::schema::Field;

/// What is wrong with a value.
pub(super) enum Problem {
    /// It is of another type; holds Zoho's name of the one expected.
    Type(&'static str),
    /// It is longer than this.
    Length(u32),
    /// It has more decimals than this.
    Decimals(u32),
    /// It is a lookup without an id.
    MissingId,
    /// It is a lookup with an id that no record has.
    UnknownId,
    /// It is a lookup into the module that `$se_module` names, which is absent.
    MissingSeModule,
    /// `$se_module` names no module.
    UnknownSeModule,
    /// It has parts that are wrong; holds their errors, complete.
    Inner(Vec<ApiError>),
}

impl RecordReader<'_> {
    /// Adds the errors that a problem with a field comes to.
    pub(super) fn report(&self, field: &Field, problem: Problem, errors: &mut Vec<ApiError>) {
        let name = self.wire_name(field);
        let invalid = || ApiError::new(Code::INVALID_DATA);
        errors.push(match problem {
            Problem::Type(expected) => {
                let error = invalid().with("expected_data_type", expected);
                let length = field
                    .length()
                    .filter(|_| expected == "date" && self.version.wrong_date_names_length());
                let error = match length {
                    Some(most) => error.with("maximum_length", most),
                    None => error,
                };
                self.error(error, name)
            }
            Problem::Length(most) => self.error(invalid().with("maximum_length", most), name),
            Problem::Decimals(most) => {
                self.error(invalid().with("maximum_decimal_place", most), name)
            }
            Problem::MissingId => self.inner(Code::MANDATORY_NOT_FOUND.into(), name, "id"),
            Problem::UnknownId => self.inner(Code::UNKNOWN_ID.into(), name, "id"),
            Problem::MissingSeModule => {
                let key = if field.api_name() == "Parent_Id" {
                    "se_module"
                } else {
                    "$se_module"
                };
                self.error(Code::MANDATORY_NOT_FOUND.into(), key)
            }
            Problem::UnknownSeModule => self.error(invalid(), "$se_module"),
            Problem::Inner(inner) => {
                errors.extend(inner);
                return;
            }
        });
    }

    /// An error about a key of the record, with the details that say so: `api_name`, and
    /// `json_path` where the version has it.
    #[must_use]
    pub fn error(&self, error: ApiError, name: &str) -> ApiError {
        error.about(self.version, name, format_args!("{}.{name}", self.path))
    }

    /// An error about a key within a value of the record.
    fn inner(&self, error: ApiError, name: &str, key: &str) -> ApiError {
        let path = format_args!("{}.{name}.{key}", self.path);
        error.about(self.version, key, path)
    }
}
