//! The pipeline and the stage of a deal, which have to fit in orgs that have pipelines.

use serde_json::Value as Json;

use super::draft::RecordInput;
use super::reader::{Mode, RecordReader};
use crate::error::{ApiError, Code};
use crate::schema::{Field, Storage};

impl RecordReader<'_> {
    /// Adds an error for a pipeline that the layout lacks, or else for a stage that the pipeline
    /// lacks. Both are written by their display values: an actual value that differs is refused
    /// (recorded v8). Every pipeline has all stages here.
    pub(super) fn check_pipeline(&self, input: &RecordInput<'_>, errors: &mut Vec<ApiError>) {
        if self.mode == Mode::Seed || self.module.api_name() != "Deals" {
            return;
        }
        let list = |name: &str| {
            let field = self.module.field(name)?;
            (field.kind == Storage::Picklist && !field.pick_list.is_empty()).then_some(field)
        };
        let Some(pipeline) = list("Pipeline") else {
            return;
        };
        let error = |code: Code, mapped: &str, field: &Field| {
            let error = ApiError::new(code).with("mapped_field", mapped);
            self.error(error, field.api_name())
        };
        if is_outside(pipeline, input) {
            errors.push(error(Code::PIPELINE_NOT_IN_LAYOUT, "Layout", pipeline));
        } else if let Some(stage) = list("Stage").filter(|stage| is_outside(stage, input)) {
            errors.push(error(Code::STAGE_NOT_IN_PIPELINE, "Pipeline", stage));
        }
    }
}

/// Whether a record gives a picklist a text that none of its values shows.
fn is_outside(field: &Field, input: &RecordInput<'_>) -> bool {
    let given = input.fields.iter().find(|(no, _)| *no == field.no);
    let text = given.and_then(|(_, value)| Json::as_str(value));
    let text = text.filter(|text| !text.is_empty());
    text.is_some_and(|text| {
        let mut values = field.pick_list.iter();
        !values.any(|value| value.display_value == text)
    })
}
