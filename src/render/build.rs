//! From what is asked for to a plan.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;

use super::memo;
use super::plan::{Detail, Part, Plan, RecordForm, Rendering};
use super::{shown, territories};
use crate::query::blueprint::has_blueprints;
use crate::schema::builtin::RecordKey;
use crate::schema::dollar::{dollar_no, keys};
use crate::schema::{Field, FieldNo, Layout, Module, Slot};
use crate::settings::{access, locking};
use crate::store::{OrgState, unique};
use crate::value::{self, order};
use crate::version::{ApiVersion, Versions};

/// The plan for records of `module` under `version`; `fields` is the value of the parameter of
/// that name, or `None` for whole records.
#[must_use]
pub fn plan(
    state: &OrgState,
    module: &Module,
    version: ApiVersion,
    detail: Detail,
    fields: Option<&str>,
) -> Arc<Plan> {
    let asked = Rendering {
        detail,
        fields,
        gaps: None,
        form: RecordForm::Api,
    };
    plan_of(state, module, version, asked)
}

/// The plan for all that may be asked for.
#[must_use]
pub fn plan_of(
    state: &OrgState,
    module: &Module,
    version: ApiVersion,
    asked: Rendering<'_>,
) -> Arc<Plan> {
    let Rendering {
        detail,
        fields,
        gaps,
        form,
    } = asked;
    let user = state.current();
    let key = memo::PlanKey {
        stamp: module.stamp,
        version,
        detail,
        fields,
        gaps,
        form,
        tz: user.and_then(|user| user.text("time_zone")),
        profile: user.and_then(|user| user.profile),
        caller: (!access::is_open(state, module)).then_some(state.current_user),
    };
    memo::plan(&key, || {
        let asked = fields.map(|text| text.split(',').map(str::trim).collect());
        let request = PlanRequest {
            state,
            module,
            version,
            detail,
            asked,
            gaps: gaps.map_or_else(Vec::new, |names| names.split(',').collect()),
        };
        Plan {
            form,
            ..request.plan()
        }
    })
}

/// The keys that records of a module show.
#[must_use]
pub fn names(
    state: &OrgState,
    module: &Module,
    version: ApiVersion,
    detail: Detail,
    fields: Option<&str>,
) -> Vec<String> {
    let request = PlanRequest {
        state,
        module,
        version,
        detail,
        asked: fields.map(|text| text.split(',').map(str::trim).collect()),
        gaps: Vec::new(),
    };
    let members = request.members();
    members.iter().map(|key| key.name().to_owned()).collect()
}

/// A member of a record's object: a key, and what it shows.
enum BodyKey<'a> {
    Key(&'a RecordKey),
    /// A `$` key that the module declares, and its usual value.
    Declared(&'a str, &'a Json),
    Field(&'a Field),
    /// A key whose value is not the record's.
    Gap(usize, &'a str),
}

impl BodyKey<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Key(key) => &key.key,
            Self::Declared(key, _) | Self::Gap(_, key) => key,
            Self::Field(field) => field.api_name(),
        }
    }
}

/// What a plan is made for.
struct PlanRequest<'a> {
    state: &'a OrgState,
    module: &'a Module,
    version: ApiVersion,
    detail: Detail,
    /// The names that were asked for; none for whole records.
    asked: Option<Vec<&'a str>>,
    /// Keys whose values are not the record's.
    gaps: Vec<&'a str>,
}

impl<'a> PlanRequest<'a> {
    fn plan(&self) -> Plan {
        let mut parts = Vec::new();
        let mut text = b"{".to_vec();
        for (n, member) in self.members().iter().enumerate() {
            if n > 0 {
                text.push(b',');
            }
            value::write_string(&mut text, member.name());
            text.push(b':');
            match self.part(member) {
                Part::Text(constant) => text.extend(constant),
                other => {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(other);
                }
            }
        }
        text.push(b'}');
        parts.push(Part::Text(text));
        Plan {
            id: unique(),
            shown: shown::of(&parts, self.module, self.state),
            parts,
            tz: self.state.time_zone.clone(),
            owner_email: self.state.info.era >= 2020,
            personal: !access::is_open(self.state, self.module),
            version: self.version,
            form: RecordForm::Api,
        }
    }

    /// The members in their order.
    fn members(&self) -> Vec<BodyKey<'a>> {
        // within a bucket: `$` keys, id, fields in the order of the layout
        let mut members = self.dollar_keys();
        let after = |member: &BodyKey<'_>| matches!(member, BodyKey::Key(key) if key.after_fields);
        let late = members.iter().filter(|member| after(member)).count();
        members.sort_by_key(after);
        let at = members.len() - late;
        members.splice(at..at, self.fields().into_iter().map(BodyKey::Field));
        members.retain(|member| !self.gaps.contains(&member.name()));
        let gaps = self.gaps.iter().enumerate();
        members.extend(gaps.map(|(n, key)| BodyKey::Gap(n, key)));
        order::sort(&mut members, BodyKey::name);
        members
    }

    /// The `$` keys, those of any module before those that this one declares.
    fn dollar_keys(&self) -> Vec<BodyKey<'a>> {
        let applies = |key: &RecordKey| self.applies(key, self.version, self.state.info.era);
        let mut members: Vec<BodyKey<'a>> = match &self.asked {
            None => {
                let shown = keys().iter().filter(|key| applies(key) && !key.on_request);
                shown.map(BodyKey::Key).collect()
            }
            Some(names) => {
                // a key may be asked for even where whole records do not show it
                let mut named: Vec<&RecordKey> = Vec::new();
                for key in keys().iter().filter(|k| names.contains(&k.key.as_str())) {
                    let fits = self.applies(key, ApiVersion::LATEST, 2026) || applies(key);
                    if fits && !named.iter().any(|k| k.key == key.key) {
                        named.push(key);
                    }
                }
                named.into_iter().map(BodyKey::Key).collect()
            }
        };
        for (key, usual) in &self.module.spec.record_keys {
            let asked = self.asked.as_ref();
            let wanted = asked.is_none_or(|names| names.contains(&key.as_str()));
            if wanted && !members.iter().any(|member| member.name() == key) {
                members.push(BodyKey::Declared(key, usual));
            }
        }
        members
    }

    /// The fields, the id first.
    fn fields(&self) -> Vec<&'a Field> {
        let (era, version) = (self.state.info.era, self.version);
        let single = self.detail == Detail::Single;
        // lists leave rows out (documented), but for the line items of v2
        let items = self.module.line_items().map(|field| field.no);
        let in_lists = |field: &Field| {
            version.has_product_details()
                && (field.api_name() == "Product_Details" || Some(field.no) == items)
        };
        let profile = self.state.current().and_then(|user| user.profile);
        let hidden = |field: &Field| profile.is_some_and(|p| field.permission(p) == "hidden");
        let mut chosen: Vec<&Field> = self
            .module
            .fields
            .iter()
            .filter(|field| !hidden(field))
            .filter(|field| match &self.asked {
                Some(names) => field.slot == Slot::Id || names.contains(&field.api_name()),
                None => field.in_bodies(era, version),
            })
            .filter(|field| {
                !field.has_rows() || ((single || in_lists(field)) && field.exists_in(version))
            })
            .collect();
        chosen.sort_by_key(|field| field.slot != Slot::Id);
        let at = |slot: fn(&&Field) -> bool| chosen.iter().position(slot);
        if era >= 2026 || !version.shows_classic_system_keys() {
            // contested: recorded so in May 2026, the other way round in 2024
            if let (Some(taxable), Some(level)) = (
                at(|f| f.api_name() == "Taxable"),
                at(|f| f.api_name() == "Reorder_Level"),
            ) {
                let field = chosen.remove(taxable);
                chosen.insert(if taxable < level { level } else { level + 1 }, field);
            }
        }
        if era < 2026 {
            // older bodies have the full name right behind the first name
            let at = |slot: fn(&&Field) -> bool| chosen.iter().position(slot);
            if let (Some(full), Some(first)) = (
                at(|f| f.slot == Slot::FullName),
                at(|f| f.api_name() == "First_Name"),
            ) {
                let field = chosen.remove(full);
                chosen.insert(if full < first { first } else { first + 1 }, field);
            }
        }
        chosen
    }

    /// Whether whole records under a version, in an org of an era, show a `$` key.
    fn applies(&self, key: &RecordKey, version: ApiVersion, era: u16) -> bool {
        let org = &self.state.info;
        if org.hides(&key.key) {
            return false;
        }
        let name = &self.module.spec.api_name;
        let named = |list: &[LeanString]| list.iter().any(|m| m == name);
        let in_era = key.eras.is_empty() || key.eras.iter().any(|e| e.parse() == Ok(era));
        let in_version = key
            .versions
            .as_deref()
            .and_then(Versions::parse)
            .is_none_or(|range| range.contains(version));
        let on = key
            .when
            .as_ref()
            .is_none_or(|feature| org.features.contains(feature));
        // after v2.1 the newest set is shown whatever the era
        (in_era || (!version.shows_classic_system_keys() && key.eras.iter().any(|e| e == "2026")))
            && in_version
            && on
            && (key.value != "@has_more" || self.may_have_more())
            && (key.modules.is_empty() || named(&key.modules))
            && !named(&key.except)
    }

    /// Whether records tell of rows that were left out: single ones, of modules with subforms or
    /// multi-select lookups.
    fn may_have_more(&self) -> bool {
        self.detail == Detail::Single && self.module.fields.iter().any(Field::has_rows)
    }

    /// What is written for a member.
    fn part(&self, member: &BodyKey<'_>) -> Part {
        match member {
            BodyKey::Field(field) if field.api_name() == "Product_Details" => {
                let rows = self.module.line_items();
                rows.map_or_else(
                    || Part::Text(b"[]".to_vec()),
                    |rows| Part::ProductDetails(rows.no),
                )
            }
            BodyKey::Field(field) if territories::holds(field) => Part::Territories(field.no),
            BodyKey::Field(field) if field.is_participants() => Part::Participants(field.no),
            BodyKey::Field(field)
                if self.detail == Detail::Item
                    && field.spec.textarea.as_deref() == Some("rich_text")
                    && self.version.lists_cut_rich_text() =>
            {
                Part::Beginning(field.no)
            }
            BodyKey::Field(field) => Part::Field(field.no),
            BodyKey::Declared(key, usual) => {
                let mut text = Vec::new();
                value::write_json(&mut text, usual);
                Part::Dollar(dollar_no(self.module, key).unwrap_or(FieldNo::MAX), text)
            }
            BodyKey::Key(key) => self.dollar_part(key),
            BodyKey::Gap(n, _) => Part::Gap(*n),
        }
    }

    /// What is written for a `$` key.
    fn dollar_part(&self, key: &RecordKey) -> Part {
        let constant = |json: Json| {
            let mut text = Vec::new();
            value::write_json(&mut text, &order::sorted(json));
            text
        };
        let no = dollar_no(self.module, &key.key).unwrap_or(FieldNo::MAX);
        match key.key.as_str() {
            "$sharing_permission" => return Part::Sharing(no, constant(key.value.clone())),
            "$editable" => return Part::Editable(no, constant(key.value.clone())),
            "$locked_for_me" => {
                let locked = self.module.field(locking::LOCKED).map(|field| field.no);
                return Part::LockedForMe(no, locked);
            }
            "$approved" => return Part::Approved(no),
            "$approval" => return Part::Approval(no, constant(key.value.clone())),
            _ => {}
        }
        match key.value.as_str() {
            Some("@currency_symbol") => {
                let symbol = self.state.info.attributes.get("currency_symbol").cloned();
                Part::Text(constant(symbol.unwrap_or_else(|| "$".into())))
            }
            Some("@layout_id" | "@layout") => {
                let labelled =
                    self.version.shows_classic_system_keys() || key.value == "@layout_id";
                let text = |layout: &Layout| {
                    let (name, id) = (layout.name(), layout.id.to_string());
                    constant(if labelled {
                        serde_json::json!({"display_label": name, "name": name, "id": id})
                    } else {
                        serde_json::json!({"name": name, "id": id})
                    })
                };
                let layouts = self.module.layouts.iter();
                let mut texts: Vec<_> = layouts.map(|l| (l.id, text(l))).collect();
                match texts.len() {
                    0 => Part::Text(b"null".to_vec()),
                    1 => Part::Text(texts.remove(0).1),
                    _ => Part::Layout(self.module.field("Layout").map(|field| field.no), texts),
                }
            }
            Some("@se_module") => {
                let field = self
                    .module
                    .field("What_Id")
                    .or_else(|| self.module.field("Parent_Id"));
                field.map_or_else(|| Part::Text(b"null".to_vec()), |f| Part::SeModule(f.no))
            }
            _ if key.key == "$process_flow" && has_blueprints(self.state, self.module) => {
                Part::ProcessFlow(no)
            }
            Some("@converted") => Part::Converted,
            Some("@converted_detail") => Part::Dollar(no, b"{}".to_vec()),
            Some("@has_more") => Part::HasMore,
            Some("@attachments") => Part::Attachments(no),
            Some("@line_tax") => Part::Dollar(no, b"[]".to_vec()),
            Some("@followed") => Part::Dollar(no, b"false".to_vec()),
            Some("@taxable") => Part::Dollar(no, b"true".to_vec()),
            Some(computed) if computed.starts_with('@') => Part::Dollar(no, b"null".to_vec()),
            _ => Part::Dollar(no, constant(key.value.clone())),
        }
    }
}
