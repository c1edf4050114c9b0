//! What can be wrong with a value, and the error that Zoho has for it.

use super::reader::RecordReader;
use crate::error::{ApiError, Code};
use crate::schema::{DataType, Field};

/// What is wrong with a value.
pub(super) enum Problem {
    /// It is of another type; holds Zoho's name of the one expected.
    Type(&'static str),
    /// It is no date; holds the length of the field, which v2 tells.
    Date(u32),
    /// It is longer than this.
    Length(u32),
    /// It has more decimals than this.
    Decimals(u32),
    /// It is a lookup without an id.
    MissingId,
    /// It is a lookup with an id that no record has.
    UnknownId,
    /// It is a user who does not exist.
    UnknownUser,
    /// It is a lookup into the module that `$se_module` names, which is absent.
    MissingSeModule,
    /// `$se_module` names no module.
    UnknownSeModule,
    /// A key of the record, to which a path leads, has this error.
    At(Code, &'static str),
    /// It has more images than this.
    TooManyImages(u32),
    /// It is no id of a file, or of one that the field cannot hold.
    UnknownFile,
    /// It has parts that are wrong; holds their errors, complete.
    Inner(Vec<ApiError>),
}

impl RecordReader<'_> {
    /// Adds the errors that a problem with a field comes to.
    pub(super) fn report(&self, field: &Field, problem: Problem, errors: &mut Vec<ApiError>) {
        self.report_as(self.wire_name(field), self.worded(field, problem), errors);
    }

    /// A problem with a field in the words of the version.
    pub(super) fn worded(&self, field: &Field, problem: Problem) -> Problem {
        let dated = field.spec.data_type == DataType::Date && self.version.bad_date_has_length();
        match (problem, field.length().filter(|_| dated)) {
            (Problem::Type(_), Some(length)) => Problem::Date(length),
            (problem, _) => problem,
        }
    }

    /// Adds the errors that a problem with what stands under a key comes to.
    pub(super) fn report_as(&self, name: &str, problem: Problem, errors: &mut Vec<ApiError>) {
        let invalid = || ApiError::new(Code::INVALID_DATA);
        errors.push(match problem {
            Problem::Type(expected) => {
                self.error(invalid().with("expected_data_type", expected), name)
            }
            Problem::Date(most) => {
                let error = invalid().with("expected_data_type", "date");
                self.error(error.with("maximum_length", most), name)
            }
            Problem::Length(most) => self.error(invalid().with("maximum_length", most), name),
            Problem::Decimals(most) => {
                self.error(invalid().with("maximum_decimal_place", most), name)
            }
            Problem::MissingId => self.inner(Code::MANDATORY_NOT_FOUND.into(), name, "id"),
            Problem::UnknownId if self.version.bad_lookup_names_the_id() => {
                self.inner(Code::UNKNOWN_ID.into(), name, "id")
            }
            Problem::UnknownId => self.error(invalid(), name),
            Problem::UnknownUser if self.version.bad_user_has_expected_type() => {
                self.error(invalid().with("expected_data_type", "bigint"), name)
            }
            Problem::UnknownUser => self.error(invalid(), name),
            Problem::MissingSeModule => {
                let key = if name == "Parent_Id" {
                    "se_module"
                } else {
                    "$se_module"
                };
                self.error(Code::MANDATORY_NOT_FOUND.into(), key)
            }
            Problem::TooManyImages(most) => {
                let error = ApiError::new(Code::TOO_MANY_IMAGES);
                self.error(error.with("maximum_length", most), name)
            }
            Problem::UnknownFile => self.error(invalid(), name),
            Problem::UnknownSeModule => self.error(invalid(), "$se_module"),
            Problem::At(code, path) => {
                let key = path.rsplit('.').next().unwrap_or(path);
                let path = format_args!("{}.{path}", self.path);
                ApiError::new(code).about(self.version, key, path)
            }
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
    pub(super) fn inner(&self, error: ApiError, name: &str, key: &str) -> ApiError {
        let path = format_args!("{}.{name}.{key}", self.path);
        error.about(self.version, key, path)
    }
}
