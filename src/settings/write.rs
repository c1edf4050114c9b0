//! Creating, changing and deleting settings.

use serde_json::{Map, Value as Json};

use super::check::Reader;
use super::family::{Family, SettingChange};
use super::key::{KeyType, ReferenceTarget};
use super::refusal::{Refusal, Source};
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::store::{Setting, Tx};
use crate::value::time;

/// Makes a new object of what is said; gives its id.
///
/// # Errors
/// Everything that is wrong with what is said; nothing is written then.
pub fn create(
    tx: &mut Tx,
    family: &'static Family,
    module: Option<ModuleNo>,
    said: &Map<String, Json>,
    source: Source,
) -> Result<Id, Vec<Refusal>> {
    if let Some((most, code)) = family.limit
        && family.of(tx.state()).of_module(module).count() >= most
    {
        return Err(vec![Refusal::whole(code)]);
    }
    let setting = reader(tx, family, module, source).read(said, None)?;
    let change = SettingChange {
        old: None,
        new: Some(&setting),
        said,
        source,
    };
    check(tx, family, change)?;
    let id = tx.next_id();
    Ok(put(
        tx,
        family,
        None,
        Setting { id, ..setting },
        said,
        source,
    ))
}

/// Changes an object by what is said.
///
/// # Errors
/// Everything that is wrong with what is said; nothing is written then.
pub fn update(
    tx: &mut Tx,
    family: &'static Family,
    old: &Setting,
    said: &Map<String, Json>,
    source: Source,
) -> Result<Id, Vec<Refusal>> {
    let setting = reader(tx, family, old.module, source).read(said, Some(old))?;
    let change = SettingChange {
        old: Some(old),
        new: Some(&setting),
        said,
        source,
    };
    check(tx, family, change)?;
    Ok(put(tx, family, Some(old), setting, said, source))
}

/// Deletes an object.
///
/// # Errors
/// If it must stay.
pub fn delete(
    tx: &mut Tx,
    family: &'static Family,
    old: &Setting,
    said: &Map<String, Json>,
    source: Source,
) -> Result<(), Vec<Refusal>> {
    let change = SettingChange {
        old: Some(old),
        new: None,
        said,
        source,
    };
    check(tx, family, change)?;
    tx.remove_setting(family.name, old.id);
    if let Some(changed) = family.changed {
        changed(tx, change);
    }
    Ok(())
}

fn reader<'a>(
    tx: &'a Tx,
    family: &'static Family,
    module: Option<ModuleNo>,
    source: Source,
) -> Reader<'a> {
    Reader {
        family,
        state: tx.state(),
        source,
        module,
    }
}

fn check(tx: &Tx, family: &Family, change: SettingChange<'_>) -> Result<(), Vec<Refusal>> {
    let Some(check) = family.check else {
        return Ok(());
    };
    check(tx, change).map_err(|refusal| vec![refusal])
}

fn put(
    tx: &mut Tx,
    family: &'static Family,
    old: Option<&Setting>,
    mut setting: Setting,
    said: &Map<String, Json>,
    source: Source,
) -> Id {
    if source != Source::Seed {
        stamp(tx, family, old.is_none(), &mut setting);
    }
    make_targets(tx, family, &mut setting, source);
    let id = setting.id;
    tx.put_setting(family.name, setting.clone());
    if let Some(changed) = family.changed {
        let change = SettingChange {
            old,
            new: Some(&setting),
            said,
            source,
        };
        changed(tx, change);
    }
    id
}

/// Notes who changes the object, and when.
fn stamp(tx: &Tx, family: &Family, new: bool, setting: &mut Setting) {
    let now = time::format_datetime(tx.now(), &jiff::tz::TimeZone::UTC);
    for key in family
        .keys
        .iter()
        .filter(|key| !(new && key.from_first_change))
    {
        let value = match key.kind {
            KeyType::Time(creation) if new || !creation => now.as_str().into(),
            KeyType::By(creation) if new || !creation => tx.user().json(),
            _ => continue,
        };
        setting.attributes.insert(key.name.to_owned(), value);
    }
}

/// Makes the objects that references name and nothing has yet.
fn make_targets(tx: &mut Tx, family: &Family, setting: &mut Setting, source: Source) {
    for key in family.keys.iter().filter(|key| key.makes) {
        let KeyType::Reference(ReferenceTarget::Family(target)) = key.kind else {
            continue;
        };
        let Some(said) = setting.attributes.get(key.name).and_then(Json::as_object) else {
            continue;
        };
        let said = said.clone();
        // the reader has checked it
        let made = create(tx, target, None, &said, source);
        let value = made.map_or(Json::Null, Id::json);
        setting.attributes.insert(key.name.to_owned(), value);
    }
}
