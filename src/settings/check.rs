//! From what a client or a seed says of a setting to what is kept of it.

use serde_json::{Map, Value as Json};

use super::family::Family;
use super::key::{Access, Key, KeyType, Pattern, Target};
use super::refusal::{Refusal, Source};
use crate::error::Code;
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::store::{OrgState, Setting};
use crate::value::{fold, time};

/// Reads objects of a family.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The family.
    pub family: &'static Family,
    /// The org.
    pub state: &'a OrgState,
    /// Who says it.
    pub source: Source,
    /// The module that the object belongs to, in families that are kept by module.
    pub module: Option<ModuleNo>,
}

impl Reader<'_> {
    /// What is kept of an object: `old` with what is said, or a new one with the id 0.
    ///
    /// # Errors
    /// Everything that is wrong with what is said.
    pub fn read(
        &self,
        said: &Map<String, Json>,
        old: Option<&Setting>,
    ) -> Result<Setting, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut attributes = old.map_or_else(Map::new, |old| old.attributes.clone());
        for key in self.family.keys.iter().filter(|key| self.takes(key, old)) {
            let given = said.get(key.name).or_else(|| said.get(key.alias?));
            match self.key(key, given, old.is_none()) {
                Ok(None) if key.forgets && old.is_some() => {
                    attributes.insert(key.name.to_owned(), Json::Null);
                }
                Ok(None) => {}
                Ok(Some(value)) => {
                    let value = match (key.kind, old, given) {
                        (KeyType::List(keys, _), Some(old), Some(said)) if key.merges => {
                            let kept = old.attributes.get(key.name).unwrap_or(&Json::Null);
                            merged(keys, kept, said, &value)
                        }
                        _ => value,
                    };
                    if key.unique
                        && let Some(other) = self.holder(key, &value, old)
                    {
                        let code = key.taken.unwrap_or(self.family.taken);
                        let taken = Refusal::at(key.name, code);
                        refusals.push(if self.family.taken_shows_id {
                            taken.with("id", other.json())
                        } else {
                            taken
                        });
                    }
                    attributes.insert(key.name.to_owned(), value);
                }
                Err(refusal) => refusals.push(refusal),
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let name = attributes.get(self.family.label).and_then(Json::as_str);
        Ok(Setting {
            id: old.map_or(Id(0), |old| old.id),
            module: self.module,
            name: name.unwrap_or_default().into(),
            attributes,
        })
    }

    /// Whether what is said under a key counts.
    fn takes(&self, key: &Key, old: Option<&Setting>) -> bool {
        let Some(version) = self.source.version() else {
            return !matches!(key.kind, KeyType::Id);
        };
        key.versions.contains(version)
            && match key.access {
                Access::Free => true,
                Access::Fixed => old.is_none(),
                Access::ReadOnly => false,
            }
    }

    /// The value of a key as it is kept; none if nothing is said of it.
    fn key(&self, key: &Key, said: Option<&Json>, new: bool) -> Result<Option<Json>, Refusal> {
        let empty = |value: &Json| value.is_null() || (key.mandatory && value == "");
        match said {
            Some(value) if !empty(value) => self.value(key, value, new).map(Some),
            None if !(key.mandatory && new) => Ok(None),
            _ if key.mandatory => Err(Refusal::at(key.name, Code::MANDATORY_NOT_FOUND)),
            _ => Ok(Some(Json::Null)),
        }
    }

    fn value(&self, key: &Key, value: &Json, new: bool) -> Result<Json, Refusal> {
        let refused = || Refusal::at(key.name, key.refused.unwrap_or(Code::INVALID_DATA));
        let no = |expected: &str| refused().with("expected_data_type", expected);
        match key.kind {
            KeyType::Id | KeyType::Any => Ok(value.clone()),
            KeyType::Text(most) => {
                let text = value.as_str().ok_or_else(|| no("string"))?;
                if text.chars().count() > most {
                    return Err(refused().with("maximum_length", most));
                }
                match key.pattern.filter(|pattern| !(pattern.fits)(text)) {
                    Some(Pattern {
                        code: Some(code), ..
                    }) => Err(Refusal::at(key.name, *code)),
                    Some(pattern) => Err(refused().with("regex", pattern.regex)),
                    None => Ok(value.clone()),
                }
            }
            KeyType::Integer(least, most) => {
                let number = value.as_i64().ok_or_else(|| no("integer"))?;
                if (least..=most).contains(&number) {
                    Ok(value.clone())
                } else {
                    let range = serde_json::json!({"from": least, "to": most});
                    Err(refused().with("range", range))
                }
            }
            KeyType::Boolean if value.is_boolean() => Ok(value.clone()),
            KeyType::Boolean => Err(no("boolean")),
            KeyType::Date => {
                let date = value.as_str().and_then(time::parse_date);
                date.map(|_| value.clone()).ok_or_else(|| no("date"))
            }
            KeyType::Word(words) => {
                let word = value.as_str().ok_or_else(|| no("string"))?;
                if words.contains(&word) {
                    Ok(value.clone())
                } else if key
                    .refused
                    .is_some_and(|code| code.code() != Code::INVALID_DATA.code())
                {
                    Err(refused())
                } else {
                    Err(refused().with("supported_values", words))
                }
            }
            KeyType::Words(words) => some_words(key, words, value),
            KeyType::Reference(target) => self.reference(key, target, value).ok_or_else(|| {
                let refusal = refused();
                match value {
                    Json::Object(said) if said.contains_key("id") => Refusal {
                        path: format!("{}.id", key.name),
                        ..refusal
                    },
                    _ => refusal,
                }
            }),
            KeyType::Object(keys) => {
                let object = value.as_object().ok_or_else(|| no("jsonobject"))?;
                let read = self.nested(keys, object);
                read.map_err(|refusal| refusal.below(key.name))
            }
            KeyType::List(keys, most) => {
                let items = value.as_array().ok_or_else(|| no("jsonarray"))?;
                if items.len() > most {
                    return Err(refused().with("maximum_length", most));
                }
                let items = items.iter().enumerate().map(|(n, item)| {
                    let at = format!("{}[{n}]", key.name);
                    let object = item.as_object().ok_or_else(|| {
                        Refusal::at(at.as_str(), Code::INVALID_DATA)
                            .with("expected_data_type", "jsonobject")
                    })?;
                    let goes = key.merges && !new && goes(item);
                    let keys = keys.iter().filter(|key| key.tells_apart || !goes);
                    let read = self.nested(keys, object);
                    read.map_err(|refusal| refusal.below(&at))
                });
                items.collect()
            }
            KeyType::Read(read) => {
                read(value).map_err(|(detail, value)| refused().with(detail, value))
            }
            KeyType::Time(_) => {
                let at = value.as_str().and_then(time::parse_datetime);
                let at = at.ok_or_else(|| no("datetime"))?;
                Ok(time::format_datetime(at, &jiff::tz::TimeZone::UTC).into())
            }
            KeyType::By(_) => self.reference(key, Target::User, value).ok_or_else(refused),
        }
    }

    fn nested<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Key>,
        said: &Map<String, Json>,
    ) -> Result<Json, Refusal> {
        let mut object = Map::new();
        for key in keys {
            if let Some(value) = self.key(key, said.get(key.name), true)? {
                object.insert(key.name.to_owned(), value);
            }
        }
        Ok(Json::Object(object))
    }

    /// A reference as it is kept: an id; of a seed an object that this org may not know (yet);
    /// `{name}` where a new object is to be made.
    fn reference(&self, key: &Key, target: Target, said: &Json) -> Option<Json> {
        let given = ["id", key.label, "name"]
            .into_iter()
            .find_map(|part| said.get(part).filter(|value| !value.is_null()))
            .unwrap_or(said);
        let id = Id::from_json(given);
        let in_family = |family: &Family| {
            let settings = family.of(self.state);
            let found = match id {
                Some(id) => settings.get(id),
                None => settings.named(None, given.as_str()?),
            };
            match found {
                Some(setting) => Some(setting.id.json()),
                // a seed may name what stands further down in it
                None if self.source == Source::Seed && (id.is_some() || said.is_string()) => {
                    Some(given.clone())
                }
                None if key.makes && id.is_none() => {
                    let name = given.as_str().filter(|name| !name.is_empty())?;
                    Some(serde_json::json!({"name": name}))
                }
                None => None,
            }
        };
        match target {
            Target::Family(family) => in_family(family),
            Target::Own => in_family(self.family),
            // users are loaded after the settings
            Target::User if self.source == Source::Seed => Some(said.clone()),
            Target::User => id
                .filter(|id| self.state.users.get(id).is_some())
                .map(Id::json),
            Target::Module => {
                let by_name = |name: &str| self.state.schema.module(name).map(|m| m.id);
                let by_id = |id: Id| self.state.schema.modules().any(|m| m.id == id);
                let name = said.get("api_name").unwrap_or(given);
                match id {
                    Some(id) => by_id(id).then(|| id.json()),
                    None => by_name(name.as_str()?).map(Id::json),
                }
            }
        }
    }

    /// Another object that has a value.
    fn holder(&self, key: &Key, value: &Json, old: Option<&Setting>) -> Option<Id> {
        let folded = value.as_str().map(fold);
        let same = |kept: &Json| match &folded {
            Some(folded) => kept.as_str().is_some_and(|kept| fold(kept) == *folded),
            None => !value.is_null() && kept == value,
        };
        let settings = self.family.of(self.state);
        if let Some(text) = value.as_str()
            && key.name == self.family.label
            && settings.named(self.module, text).is_none()
        {
            return None;
        }
        let mut others = settings.of_module(self.module).filter(|setting| {
            old.is_none_or(|old| old.id != setting.id)
                && setting.attributes.get(key.name).is_some_and(same)
        });
        others.next().map(|setting| setting.id)
    }
}

fn some_words(key: &Key, words: &[&str], value: &Json) -> Result<Json, Refusal> {
    let items = value.as_array().ok_or_else(|| {
        Refusal::at(key.name, Code::INVALID_DATA).with("expected_data_type", "jsonarray")
    })?;
    for (n, item) in items.iter().enumerate() {
        let word = item.as_str().filter(|word| words.contains(word));
        if word.is_none() || items[..n].contains(item) {
            return Err(
                Refusal::at(format!("{}[{n}]", key.name), Code::INVALID_DATA)
                    .with("supported_values", words),
            );
        }
    }
    Ok(value.clone())
}

/// Whether an item of a list is to go: `_delete` is null in one page, and true in another.
fn goes(item: &Json) -> bool {
    let delete = item.get("_delete");
    delete.is_some_and(|delete| delete.is_null() || *delete == Json::Bool(true))
}

/// Items of a list with those that a change speaks of, in place of those that are the same by the
/// keys that tell them apart. All others stay.
fn merged(keys: &[Key], kept: &Json, said: &Json, read: &Json) -> Json {
    let mut items: Vec<Json> = kept.as_array().cloned().unwrap_or_default();
    let same = |a: &Json, b: &Json| {
        let mut known_by = keys.iter().filter(|key| key.tells_apart);
        known_by.all(|key| a.get(key.name) == b.get(key.name))
    };
    let said = said.as_array().into_iter().flatten();
    for (said, read) in said.zip(read.as_array().into_iter().flatten()) {
        match items.iter().position(|item| same(item, read)) {
            Some(at) if goes(said) => drop(items.remove(at)),
            Some(at) => items[at] = read.clone(),
            None if goes(said) => {}
            None => items.push(read.clone()),
        }
    }
    Json::Array(items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::seed::{Document, Options, build};
    use crate::settings::key::{API_NAME, Default};
    use crate::store::Tx;
    use crate::version::ApiVersion::{V2, V8};

    static ITEM: &[Key] = &[
        Key::word("kind", &["a", "b"]).mandatory().tells_apart(),
        Key::integer("size", 1, 9).mandatory(),
    ];
    /// A family with keys of kinds that no real one has, or has in this way.
    static THINGS: Family = Family::new(
        "things",
        "/settings/things",
        &[
            Key::text("name", 5).mandatory().unique(),
            Key::integer("number", -3, 3),
            Key::words("words", &["x", "y"]),
            Key::text("code", 9).matching(&API_NAME).alias("kode"),
            Key::text("colour", 9).forgets(),
            Key::text("fixed", 9).fixed().or(Default::Text("f")),
            Key::text("late", 9).since(V8),
            Key::text("own", 9).read_only(),
            Key::reference("module", Target::Module),
            Key::list("items", ITEM, 2).merges(),
            Key::object("inner", &[Key::list("items", ITEM, 2)]),
            Key::id(),
        ],
    );

    fn state() -> OrgState {
        let options = Options {
            now: 0,
            rng_seed: 1,
        };
        build(&Document::default(), options).expect("an org")
    }

    fn read(said: &Json, old: Option<&Setting>, source: Source) -> Result<Setting, Vec<Refusal>> {
        let state = state();
        let reader = Reader {
            family: &THINGS,
            state: &state,
            source,
            module: None,
        };
        reader.read(said.as_object().expect("an object"), old)
    }

    fn client(said: &Json) -> Setting {
        read(said, None, Source::Client(V8)).expect("a thing")
    }

    #[test]
    fn a_refusal_has_a_place_and_a_reason() {
        for (said, path, detail, value) in [
            (
                json!({"number": 4}),
                "number",
                "range",
                json!({"from": -3, "to": 3}),
            ),
            (
                json!({"number": 1.0}),
                "number",
                "expected_data_type",
                json!("integer"),
            ),
            (
                json!({"name": "abcdef"}),
                "name",
                "maximum_length",
                json!(5),
            ),
            (
                json!({"words": "x"}),
                "words",
                "expected_data_type",
                json!("jsonarray"),
            ),
            (
                json!({"words": ["x", "z"]}),
                "words[1]",
                "supported_values",
                json!(["x", "y"]),
            ),
            (
                json!({"words": ["x", "x"]}),
                "words[1]",
                "supported_values",
                json!(["x", "y"]),
            ),
            (json!({"code": "1"}), "code", "regex", json!(API_NAME.regex)),
            (json!({"kode": "1"}), "code", "regex", json!(API_NAME.regex)),
            (
                json!({"items": {}}),
                "items",
                "expected_data_type",
                json!("jsonarray"),
            ),
            (
                json!({"items": [1]}),
                "items[0]",
                "expected_data_type",
                json!("jsonobject"),
            ),
            (
                json!({"items": [{}, {}, {}]}),
                "items",
                "maximum_length",
                json!(2),
            ),
            (
                json!({"inner": []}),
                "inner",
                "expected_data_type",
                json!("jsonobject"),
            ),
            (
                json!({"inner": {"items": [{"kind": "a", "size": 1}, {"kind": "b", "size": "2"}]}}),
                "inner.items[1].size",
                "expected_data_type",
                json!("integer"),
            ),
        ] {
            let mut thing = json!({"name": "a"});
            for (key, value) in said.as_object().expect("an object") {
                thing[key] = value.clone();
            }
            let refusals = read(&thing, None, Source::Client(V8)).expect_err("refused");
            let [refusal] = &refusals[..] else {
                panic!("{said}: {refusals:?}")
            };
            assert_eq!(refusal.path, path, "{said}");
            assert_eq!(refusal.detail(detail), Some(&value), "{said}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        let said = json!({"number": "x", "module": "Nowhere", "items": [{"size": 1}]});
        let refusals = read(&said, None, Source::Client(V8)).expect_err("refused");
        let paths: Vec<&str> = refusals.iter().map(|r| r.path.as_str()).collect();
        assert_eq!(paths, ["name", "number", "module", "items[0].kind"]);
    }

    #[test]
    fn keys_that_a_client_may_not_set_are_passed_over() {
        let said = json!({"name": "a", "late": "l", "own": "o", "fixed": "x", "id": "5", "?": 1});
        let kept = |source| read(&said, None, source).expect("a thing").attributes;
        let keys = |source| kept(source).keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(keys(Source::Client(V2)), "name fixed");
        assert_eq!(keys(Source::Client(V8)), "name fixed late");
        assert_eq!(keys(Source::Seed), "name fixed late own");
    }

    #[test]
    fn a_change_keeps_what_it_does_not_speak_of() {
        let old = client(&json!({"name": "a", "number": 2, "colour": "red", "fixed": "x"}));
        let change = |said: Json| read(&said, Some(&old), Source::Client(V8));
        let new = change(json!({"fixed": "y"})).expect("a thing").attributes;
        assert_eq!((&new["number"], &new["fixed"]), (&json!(2), &json!("x")));
        assert_eq!(new["colour"], Json::Null);
        let emptied = change(json!({"number": null})).expect("a thing").attributes;
        assert_eq!(emptied["number"], Json::Null);
        for empty in [json!(null), json!("")] {
            let refusals = change(json!({ "name": empty })).expect_err("refused");
            assert_eq!(refusals[0].code, Code::MANDATORY_NOT_FOUND);
        }
    }

    #[test]
    fn items_are_told_apart_by_their_keys() {
        let old = client(&json!({"name": "a", "items": [{"kind": "a", "size": 1}]}));
        for (said, kept) in [
            (
                json!([{"kind": "a", "size": 2}]),
                json!([{"kind": "a", "size": 2}]),
            ),
            (
                json!([{"kind": "b", "size": 3}]),
                json!([{"kind": "a", "size": 1}, {"kind": "b", "size": 3}]),
            ),
            (json!([{"kind": "a", "_delete": true}]), json!([])),
            (json!([{"kind": "a", "_delete": null}]), json!([])),
            (
                json!([{"kind": "b", "_delete": true}]),
                json!([{"kind": "a", "size": 1}]),
            ),
            (
                json!([{"kind": "a", "size": 4, "_delete": false}]),
                json!([{"kind": "a", "size": 4}]),
            ),
        ] {
            let new = read(&json!({ "items": said }), Some(&old), Source::Client(V8));
            assert_eq!(new.expect("a thing").attributes["items"], kept, "{said}");
        }
        // a new object has nothing to delete
        let said = json!({"name": "b", "items": [{"kind": "a", "_delete": true}]});
        let refusals = read(&said, None, Source::Client(V8)).expect_err("refused");
        assert_eq!(refusals[0].path, "items[0].size");
    }

    #[test]
    fn a_unique_value_is_held_by_one() {
        let mut tx = Tx::new(state(), 0);
        let one = Setting {
            id: Id(7),
            ..client(&json!({"name": "Ab"}))
        };
        tx.put_setting(THINGS.name, one.clone());
        let reader = Reader {
            family: &THINGS,
            state: tx.state(),
            source: Source::Client(V8),
            module: None,
        };
        let said = json!({"name": "aB"});
        let said = said.as_object().expect("an object");
        let refusals = reader.read(said, None).expect_err("taken");
        assert_eq!(refusals[0].code, Code::DUPLICATE_DATA);
        assert!(reader.read(said, Some(&one)).is_ok(), "its own name");
    }
}
