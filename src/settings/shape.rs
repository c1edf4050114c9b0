//! A setting as a version of the API shows it.

use serde_json::{Map, Value as Json, json};

use super::family::{Family, ShownSetting};
use super::key::{Default, Key, KeyType, ReferenceTarget, ShownIn};
use crate::ids::Id;
use crate::store::OrgState;
use crate::value::time;

/// The object of a setting.
#[must_use]
pub fn object(family: &Family, shown: ShownSetting<'_>) -> Map<String, Json> {
    let mut object = Map::new();
    for key in family.keys {
        let visible = match key.place {
            ShownIn::Everywhere => true,
            ShownIn::Single => shown.single,
            ShownIn::Included => shown.single || shown.include.contains(&key.name),
            ShownIn::Nowhere => false,
        };
        if visible && key.versions.contains(shown.version) {
            object.insert(key.name.to_owned(), value(family, key, shown));
        }
    }
    if let Some(show) = family.shown {
        show(shown, &mut object);
    }
    object
}

fn value(family: &Family, key: &Key, shown: ShownSetting<'_>) -> Json {
    let kept = |name: &str| {
        let kept = shown.setting.attributes.get(name);
        kept.filter(|value| !value.is_null())
    };
    let Some(value) = kept(key.name) else {
        return match (key.kind, key.default) {
            (KeyType::Id, _) => shown.setting.id.json(),
            (_, Default::Null) => Json::Null,
            (_, Default::Text(text)) => text.into(),
            (_, Default::Boolean(on)) => on.into(),
            (_, Default::Key(name)) => kept(name).cloned().unwrap_or_default(),
            (_, Default::Empty) => json!([]),
        };
    };
    shape(family, key, value, shown)
}

/// A value that is kept, as it is shown.
fn shape(family: &Family, key: &Key, value: &Json, shown: ShownSetting<'_>) -> Json {
    match key.kind {
        KeyType::Time(_) => value
            .as_str()
            .and_then(time::parse_datetime)
            .map_or(Json::Null, |at| {
                time::format_datetime(at, &shown.state.time_zone).into()
            }),
        KeyType::By(_) => reference(shown.state, family, ReferenceTarget::User, key.label, value),
        KeyType::Reference(target) => reference(shown.state, family, target, key.label, value),
        KeyType::Object(keys) => nested(family, keys, value, shown),
        KeyType::List(keys, _) => value.as_array().map_or(Json::Null, |items| {
            let items = items.iter();
            items
                .map(|item| nested(family, keys, item, shown))
                .collect()
        }),
        _ => value.clone(),
    }
}

fn nested(family: &Family, keys: &[Key], value: &Json, shown: ShownSetting<'_>) -> Json {
    let keys = keys
        .iter()
        .filter(|key| key.versions.contains(shown.version));
    let shape = |key: &Key| {
        let kept = value.get(key.name).filter(|value| !value.is_null());
        let shown = kept.map_or(Json::Null, |kept| shape(family, key, kept, shown));
        (key.name.to_owned(), shown)
    };
    Json::Object(keys.map(shape).collect())
}

/// What a reference leads to, as `{label, id}`; null where nothing has the id any more. A seed may
/// have given the object itself.
fn reference(
    state: &OrgState,
    own: &Family,
    target: ReferenceTarget,
    label: &str,
    value: &Json,
) -> Json {
    if value.is_object() {
        return value.clone();
    }
    let found = |family: &Family| {
        let settings = family.of(state);
        let setting = match Id::from_json(value) {
            Some(id) => settings.get(id),
            // a seed names what stands further down in it by its name
            None => settings.named(None, value.as_str()?),
        }?;
        let text = setting.text(label).unwrap_or(setting.name.as_str());
        Some((text.to_owned(), setting.id))
    };
    let id = Id::from_json(value);
    let found = match target {
        ReferenceTarget::Family(family) => found(family),
        ReferenceTarget::Own => found(own),
        ReferenceTarget::User => id.and_then(|id| Some((state.users.get(&id)?.full_name(), id))),
        ReferenceTarget::Module => {
            let module = id.and_then(|id| state.schema.modules().find(|module| module.id == id));
            return module.map_or(
                Json::Null,
                |module| json!({"api_name": module.api_name(), "id": module.id.json()}),
            );
        }
    };
    found.map_or(Json::Null, |(text, id)| {
        let label = (label.to_owned(), Json::from(text));
        Json::Object(Map::from_iter([label, ("id".to_owned(), id.json())]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Document, Options, build};
    use crate::settings::families::roles::ROLES;
    use crate::store::Setting;
    use crate::version::ApiVersion::{self, V2, V8};

    static THINGS: Family = Family::new(
        "things",
        "/settings/things",
        &[
            Key::text("name", 5),
            Key::text("label", 5).or(Default::Key("name")),
            Key::text("word", 5).or(Default::Text("w")),
            Key::boolean("on").or(Default::Boolean(true)),
            Key::list(
                "list",
                &[Key::text("late", 5).since(V8), Key::text("a", 5)],
                5,
            ),
            Key::text("alone", 5).single(),
            Key::text("asked", 5).included(),
            Key::text("secret", 5).hidden(),
            Key::text("late", 5).since(V8),
            Key::created_time("time"),
            Key::reference("role", ReferenceTarget::Family(&ROLES)),
            Key::reference("module", ReferenceTarget::Module),
            Key::created_by("by"),
            Key::id(),
        ],
    );

    fn shown(attributes: &Json, version: ApiVersion, single: bool, include: &[&str]) -> Json {
        let options = Options {
            now: 0,
            rng_seed: 1,
        };
        let state = build(&Document::default(), options).expect("an org");
        let setting = Setting {
            id: Id(7),
            module: None,
            name: "".into(),
            attributes: attributes.as_object().cloned().unwrap_or_default(),
        };
        let shown = ShownSetting {
            state: &state,
            setting: &setting,
            version,
            single,
            include,
        };
        Json::Object(object(&THINGS, shown))
    }

    #[test]
    fn what_nobody_has_set_has_its_default() {
        let expected = json!({"name": "n", "label": "n", "word": "w", "on": true, "list": [],
            "time": null, "role": null, "module": null, "by": null, "id": "7"});
        for said in [json!({"name": "n"}), json!({"name": "n", "word": null})] {
            assert_eq!(shown(&said, V2, false, &[]), expected);
        }
    }

    #[test]
    fn keys_have_places_and_versions() {
        let keys = |version, single, include: &[&str]| {
            let shown = shown(&json!({}), version, single, include);
            ["alone", "asked", "secret", "late"].map(|key| shown.get(key).is_some())
        };
        assert_eq!(keys(V2, false, &[]), [false; 4]);
        assert_eq!(keys(V8, true, &[]), [true, true, false, true]);
        let all = keys(V8, false, &["asked", "secret"]);
        assert_eq!(all, [false, true, false, true]);
    }

    #[test]
    fn items_have_the_keys_of_the_version() {
        let said = json!({"list": [{"late": "l", "a": "a", "other": 1}, {}]});
        let list = |version| shown(&said, version, false, &[])["list"].clone();
        assert_eq!(list(V2), json!([{"a": "a"}, {"a": null}]));
        let newest = json!([{"late": "l", "a": "a"}, {"late": null, "a": null}]);
        assert_eq!(list(V8), newest);
    }

    #[test]
    fn references_lead_somewhere_or_nowhere() {
        for (said, expected) in [
            // a seed may name it, or give an object that is shown as it stands
            (json!("CEO"), "CEO"),
            (json!({"name": "Boss", "id": "5"}), "Boss"),
        ] {
            let role = shown(&json!({ "role": said }), V8, false, &[])["role"].clone();
            assert_eq!(role["name"], expected);
            assert!(role["id"].is_string());
        }
        for gone in [
            json!("9999999999999"),
            json!("Nobody"),
            json!(5),
            json!(true),
            json!([]),
        ] {
            let said = json!({"role": gone, "module": gone, "by": gone, "time": gone});
            let shown = shown(&said, V8, false, &[]);
            for key in ["role", "module", "by", "time"] {
                assert_eq!(shown[key], Json::Null, "{key} {gone}");
            }
        }
    }
}
