//! Tags of records.

use lean_string::LeanString;
use serde_json::Value as Json;

use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::Field;
use crate::settings::Refusal;
use crate::settings::tagging::{MOST_OF_RECORD, TOO_MANY_TAGS, check_tag, has_room};
use crate::store::setting::TAGS;
use crate::value::fold;

/// A tag by its name, with the colour that it is given if it is new.
type NamedTag = (LeanString, Option<LeanString>);

impl RecordReader<'_> {
    /// Reads the tags of a record: texts, or objects with a name or the id of a tag. Tags that do not
    /// exist yet come into being, within the limits of tags. Seeds mean what they say.
    pub(super) fn tags(&self, field: &Field, value: &Json) -> Result<Vec<NamedTag>, Problem> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let items = value.as_array().ok_or(Problem::Type("jsonarray"))?;
        let mut tags = Vec::with_capacity(items.len());
        let mut names: Vec<String> = Vec::new();
        let mut new = 0;
        for (index, item) in items.iter().enumerate() {
            let (name, colour) = self.tag(item).ok_or(Problem::Type("jsonobject"))?;
            let folded = fold(&name);
            if self.mode != Mode::Seed
                && !names.contains(&folded)
                && self.state.tag(self.module.no, &name).is_none()
            {
                check_tag(&name, colour.as_deref(), self.version)
                    .map_err(|refusal| self.refused_tag(field, index, refusal))?;
                new += 1;
            }
            if !names.contains(&folded) {
                names.push(folded);
            }
            tags.push((name, colour));
        }
        if self.mode != Mode::Seed {
            if names.len() > MOST_OF_RECORD {
                return Err(Problem::Length(
                    u32::try_from(MOST_OF_RECORD).unwrap_or(u32::MAX),
                ));
            }
            if !has_room(self.state, self.module.no, new) {
                let error = self.error(TOO_MANY_TAGS.into(), self.wire_name(field));
                return Err(Problem::Inner(vec![error]));
            }
        }
        Ok(tags)
    }

    /// A tag by its text, its name or its id.
    fn tag(&self, item: &Json) -> Option<NamedTag> {
        let text = |key: &str| item.get(key).and_then(Json::as_str);
        let colour = text("color_code").map(LeanString::from);
        if let Some(name) = item.as_str().or_else(|| text("name")) {
            return (!name.is_empty()).then(|| (name.into(), colour));
        }
        let id = item.get("id").and_then(Id::from_json)?;
        let tag = self.state.settings_of(TAGS).get(id)?;
        (tag.module == Some(self.module.no)).then(|| (tag.name.clone(), colour))
    }

    /// The error about a tag that cannot be (its place is assumed, from that of subforms).
    fn refused_tag(&self, field: &Field, index: usize, refusal: Refusal) -> Problem {
        let mut error = ApiError::new(refusal.code);
        for (key, value) in refusal.details {
            error = error.with(key, value);
        }
        let name = self.wire_name(field);
        let path = format_args!("{}.{name}[{index}].{}", self.path, refusal.path);
        Problem::Inner(vec![error.about(self.version, &refusal.path, path)])
    }
}
