//! How the values of a field come about.

use lean_string::LeanString;

use super::chance::millionths;
use super::hints::{Anchor, DateHint, Hint, Token};
use super::plan::{Plan, Recipe};
use super::planner::Planner;
use super::template::Template;
use crate::ops::relations::ROLE;
use crate::schema::{Field, Slot, Storage};
use crate::settings::families::contact_roles::CONTACT_ROLES;
use crate::version::ApiVersion;

impl Planner<'_> {
    /// How the values of a field come about; none where it stays empty.
    pub(super) fn recipe(
        &self,
        plan: &Plan,
        field: &Field,
        hint: Option<&Hint>,
        pools: &[bool],
    ) -> Result<Option<Recipe>, String> {
        match field.slot {
            Slot::CreatedTime => return Ok(Some(Recipe::Created)),
            Slot::ModifiedTime => return Ok(Some(Recipe::Modified)),
            Slot::Owner | Slot::CreatedBy | Slot::ModifiedBy => {
                let needed = self.users || field.spec.system_mandatory;
                return Ok(needed.then_some(Recipe::User));
            }
            _ => {}
        }
        if field.api_name() == ROLE && plan.module.is_linking() {
            let roles = CONTACT_ROLES.of(self.state).of_module(None);
            let ids = roles.map(|role| role.id.json().to_string().into());
            return Ok(Some(Recipe::Json(ids.collect())));
        }
        if let Some(recipe) = hint.and_then(|hint| hinted(plan, field, hint)) {
            return Ok(recipe);
        }
        let mandatory = field.spec.system_mandatory;
        let listed = listed(field);
        Ok(match &field.kind {
            Storage::Text | Storage::Picklist if !listed.is_empty() => {
                Some(pick(field, hint, &listed))
            }
            Storage::Picklist if hint.is_none_or(|hint| hint.text.is_empty()) && !mandatory => None,
            Storage::Text | Storage::Picklist => Some(Recipe::Text(self.texts(hint)?)),
            Storage::MultiPicklist => picks(field),
            Storage::Integer | Storage::BigInt | Storage::Double => Some(number(field, hint)),
            Storage::Boolean => {
                let share = hint.and_then(|hint| hint.truth).unwrap_or(0.5);
                Some(Recipe::Truth(millionths(share)))
            }
            Storage::Date => Some(Recipe::Date(date(hint))),
            Storage::DateTime => Some(Recipe::Time(date(hint))),
            Storage::Lookup(_) => {
                let link = plan.links.iter().position(|link| link.field == field.no);
                link.filter(|link| !plan.links[*link].targets.is_empty())
                    .map(Recipe::Link)
            }
            Storage::User => (self.users || mandatory).then_some(Recipe::User),
            Storage::Rows(Some(rows)) => {
                let module = self.state.schema.module_at(*rows);
                let complete = self
                    .links(module, pools)
                    .iter()
                    .all(|link| !link.mandatory || !link.targets.is_empty());
                (complete && module.has_records(ApiVersion::LATEST)).then_some(Recipe::Rows(*rows))
            }
            Storage::Raw | Storage::Links(_) | Storage::Files if mandatory => {
                let target = self.raw_target(field);
                let held = target.filter(|no| pools.get(usize::from(*no)) == Some(&true));
                (target.is_none() || held.is_some()).then_some(Recipe::Structure(held))
            }
            Storage::Rows(None)
            | Storage::Links(_)
            | Storage::Tags
            | Storage::Files
            | Storage::Raw
            | Storage::Id => None,
        })
    }

    /// The templates of a text.
    fn texts(&self, hint: Option<&Hint>) -> Result<Vec<Template<Token>>, String> {
        let texts = match hint {
            Some(hint) if !hint.text.is_empty() => hint.text.as_slice(),
            _ => &["{phrase:words}".to_owned()],
        };
        texts.iter().map(|text| self.hints.template(text)).collect()
    }
}

/// The date that a hint asks for: else some day of the month after the record was made.
fn date(hint: Option<&Hint>) -> DateHint {
    let usual = DateHint {
        from: Anchor::Created,
        days: (0, 30),
        minutes: (0, 0),
    };
    hint.and_then(|hint| hint.date).unwrap_or(usual)
}

/// What a hint says of all values of a field at once, if it does.
fn hinted(plan: &Plan, field: &Field, hint: &Hint) -> Option<Option<Recipe>> {
    if !hint.json.is_empty() && !field.spec.unique {
        let texts = hint.json.iter().map(|text| text.as_str().into());
        return Some(Some(Recipe::Json(texts.collect())));
    }
    if let Some(source) = hint
        .copy
        .as_ref()
        .filter(|_| !field.spec.unique && !field.spec.system_mandatory)
    {
        match source.split_once('.') {
            None => return Some(Some(Recipe::Copy(usize::MAX, source.as_str().into()))),
            Some((lookup, name)) => {
                let link = plan.links.iter().position(|l| l.name == lookup && !l.open);
                if let Some(link) = link
                    && !plan.links[link].targets.is_empty()
                {
                    return Some(Some(Recipe::Copy(link, name.into())));
                }
                return Some(None);
            }
        }
    }
    None
}

/// The values of a field's pick list that it can hold.
fn listed(field: &Field) -> Vec<LeanString> {
    let most = field.length().map_or(usize::MAX, |most| most as usize);
    // as clients write them
    let listed = field.pick_list.iter().map(|value| &value.display_value);
    listed
        .filter(|v| *v != "-None-" && !v.is_empty() && v.chars().count() <= most)
        .cloned()
        .collect()
}

/// One of the values of a pick list; a hint may name some of them.
fn pick(field: &Field, hint: Option<&Hint>, listed: &[LeanString]) -> Recipe {
    let of = |names: Option<&Vec<String>>, or: &[LeanString]| {
        let names = names.into_iter().flatten();
        let named = names.filter_map(|name| field.value_named(name));
        let named = named.map(|value| value.display_value.clone());
        let given: Vec<LeanString> = named.filter(|v| listed.contains(v)).collect();
        if given.is_empty() { or.to_vec() } else { given }
    };
    let any = of(hint.map(|hint| &hint.values), listed);
    let past = of(hint.map(|hint| &hint.past), &any);
    let future = of(hint.map(|hint| &hint.future), &any);
    Recipe::Pick([any, past, future])
}

/// Some of the values of a pick list.
fn picks(field: &Field) -> Option<Recipe> {
    let all = field
        .pick_list
        .iter()
        .map(|value| value.display_value.clone());
    // a CSV cell separates them by semicolons
    let all: Vec<_> = all
        .filter(|v| v != "-None-" && !v.is_empty() && !v.contains(';') && v.trim() == v)
        .collect();
    match (all.is_empty(), field.spec.system_mandatory) {
        (false, _) => Some(Recipe::Picks(all)),
        (true, true) => Some(Recipe::Json(vec!["[\"Other\"]".into()])),
        (true, false) => None,
    }
}

/// A number that the field has room for.
fn number(field: &Field, hint: Option<&Hint>) -> Recipe {
    let (low, high) = hint.and_then(|hint| hint.range).unwrap_or((1, 1000));
    let digits = field.length().unwrap_or(9).min(15);
    let most = 10i64.checked_pow(digits).map_or(i64::MAX, |n| n - 1);
    let decimals = match field.kind {
        Storage::Double if hint.is_some_and(|hint| hint.decimals) => {
            field.decimal_place().unwrap_or(0).min(2)
        }
        _ => 0,
    };
    Recipe::Number {
        low: low.min(most),
        high: high.min(most),
        decimals,
    }
}
