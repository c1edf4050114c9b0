//! Columns that may lie behind lookups: `Account_Name.Parent_Account.Account_Name`,
//! `Owner.profile.name`, `What_Id->Leads.Last_Name`.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Value as Json, json};

use crate::ids::Id;
use crate::schema::{DataType, Field, FieldNo, Module, ModuleNo, Schema, Storage};
use crate::settings::Family;
use crate::settings::families::profiles::PROFILES;
use crate::settings::families::roles::ROLES;
use crate::store::{OrgState, Record, Setting, User};
use crate::value::{Value, time};

/// A step through a lookup to a record of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookupStep {
    /// The lookup.
    pub field: FieldNo,
    /// The module that the lookup must lead to; records of other modules are not followed.
    pub module: ModuleNo,
}

/// The value at the end of the steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaf {
    /// The value of a field.
    Field(FieldNo),
    /// A property of the user in a field.
    User(FieldNo, UserKey),
}

/// A property of a user.
#[derive(Clone, Debug, PartialEq)]
pub enum UserKey {
    /// The id.
    Id,
    /// First and last name.
    Name,
    /// A property of the role.
    Role(SettingColumn),
    /// A property of the profile.
    Profile(SettingColumn),
    /// The `status`.
    Status,
    /// A text under this key, such as `email` or `country`.
    Text(LeanString),
}

/// A property of a role or a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingColumn {
    /// The id.
    Id,
    /// The name.
    Name,
    /// The description.
    Description,
    /// Whether peers see each other's records.
    Peers,
    /// The role above.
    Superior,
    /// A user, under this key.
    User(&'static str),
    /// A time, under this key.
    Time(&'static str),
}

/// The columns of roles and profiles (page of v7).
const SETTING_COLUMNS: &[(&str, &str, SettingColumn)] = &[
    ("role", "id", SettingColumn::Id),
    ("role", "name", SettingColumn::Name),
    ("role", "description", SettingColumn::Description),
    ("role", "reporting_to", SettingColumn::Superior),
    ("role", "share_data_with_peers", SettingColumn::Peers),
    ("profile", "id", SettingColumn::Id),
    ("profile", "name", SettingColumn::Name),
    ("profile", "description", SettingColumn::Description),
    ("profile", "created_by", SettingColumn::User("created_by")),
    ("profile", "modified_by", SettingColumn::User("modified_by")),
    (
        "profile",
        "created_time",
        SettingColumn::Time("created_time"),
    ),
    (
        "profile",
        "modified_time",
        SettingColumn::Time("modified_time"),
    ),
];

impl SettingColumn {
    fn parse(of: &str, name: &str) -> Option<Self> {
        let of = of.strip_suffix("__s").unwrap_or(of);
        let mut columns = SETTING_COLUMNS.iter();
        let found = columns.find(|(setting, column, _)| *setting == of && *column == name);
        found.map(|(.., column)| *column)
    }

    fn kind(self) -> Storage {
        match self {
            Self::Id => Storage::Id,
            Self::Name | Self::Description => Storage::Text,
            Self::Peers => Storage::Boolean,
            Self::Superior => Storage::Raw,
            Self::User(_) => Storage::User,
            Self::Time(_) => Storage::DateTime,
        }
    }

    fn value(self, setting: &Setting, family: &Family, state: &OrgState) -> Value {
        let attribute = |key: &str| setting.attributes.get(key);
        let found = match self {
            Self::Id => i64::try_from(setting.id.0).ok().map(Value::Int),
            Self::Name => Some(Value::Text(setting.name.as_str().into())),
            Self::Description => description(setting).map(|text| Value::Text(text.into())),
            Self::Peers => {
                let peers = attribute("share_with_peers").and_then(Json::as_bool);
                peers.map(Value::Bool)
            }
            Self::Superior => attribute("reporting_to").and_then(Id::from_json).map(|id| {
                let above = family.of(state).get(id);
                let name = above.map(|above| above.name.as_str());
                Value::Json(Arc::new(json!({"name": name, "id": id.json()})))
            }),
            Self::User(key) => attribute(key).and_then(Id::from_json).map(Value::User),
            Self::Time(key) => {
                let time = setting.text(key).and_then(time::parse_datetime);
                time.map(Value::DateTime)
            }
        };
        found.unwrap_or(Value::Null)
    }
}

/// A description as queries show it. Those of the profiles that every org has come as keys of
/// texts (page of v7, for the administrator's; the other is assumed).
fn description(setting: &Setting) -> Option<&str> {
    match (setting.attributes.get("custom"), setting.name.as_str()) {
        (Some(Json::Bool(false)), "Administrator") => Some("crm.security.profile.admin.desc"),
        (Some(Json::Bool(false)), "Standard") => Some("crm.security.profile.standard.desc"),
        _ => setting.text("description"),
    }
}

/// Texts of users that a column may name.
const USER_TEXTS: [&str; 16] = [
    "first_name",
    "last_name",
    "email",
    "zuid",
    "alias",
    "phone",
    "mobile",
    "fax",
    "website",
    "country",
    "state",
    "city",
    "street",
    "zip",
    "time_zone",
    "locale",
];

impl UserKey {
    fn parse(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["id"] => Self::Id,
            ["name" | "full_name"] => Self::Name,
            [of @ ("role" | "role__s"), name] => Self::Role(SettingColumn::parse(of, name)?),
            [of @ ("profile" | "profile__s"), name] => {
                Self::Profile(SettingColumn::parse(of, name)?)
            }
            ["status"] => Self::Status,
            [name] if USER_TEXTS.contains(name) => Self::Text((*name).into()),
            _ => return None,
        })
    }

    fn value(&self, user: &User, state: &OrgState) -> Value {
        let id = |id: Option<Id>| {
            let number = id.and_then(|id| i64::try_from(id.0).ok());
            number.map_or(Value::Null, Value::Int)
        };
        let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.into()));
        let of = |family: &Family, id: Option<Id>, column: SettingColumn| {
            let setting = id.and_then(|id| family.of(state).get(id));
            setting.map_or(Value::Null, |setting| column.value(setting, family, state))
        };
        match self {
            Self::Id => id(Some(user.id)),
            Self::Name => Value::Text(user.full_name().into()),
            Self::Role(column) => of(&ROLES, user.role, *column),
            Self::Profile(column) => of(&PROFILES, user.profile, *column),
            Self::Status => text(Some(user.status())),
            Self::Text(key) => text(user.text(key)),
        }
    }
}

/// A value that a query reads from each record of a module, through lookups or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The lookups to follow, in order.
    pub steps: Vec<LookupStep>,
    /// The module of the record at the end of the steps.
    pub module: ModuleNo,
    /// The value of that record.
    pub leaf: Leaf,
}

impl Column {
    /// The column of a field, without lookups.
    #[must_use]
    pub fn of(module: &Module, field: &Field) -> Self {
        Self {
            steps: Vec::new(),
            module: module.no,
            leaf: Leaf::Field(field.no),
        }
    }

    /// Reads a name (`Account_Name.Parent_Account.id`), which may begin with `!Module.`. `None` if it
    /// names nothing.
    #[must_use]
    pub fn parse(name: &str, module: &Arc<Module>, schema: &Schema) -> Option<Self> {
        let own = name.strip_prefix('!').and_then(|rest| rest.split_once('.'));
        let name = match own {
            Some((prefix, rest)) if prefix == module.api_name() => rest,
            Some(_) => return None,
            None => name,
        };
        let parts: Vec<&str> = name.split('.').collect();
        let mut steps = Vec::new();
        let mut at = Arc::clone(module);
        for (n, part) in parts.iter().enumerate() {
            let last = n + 1 == parts.len();
            let (part, target) = match part.split_once("->") {
                Some((field, target)) => (field, Some(target)),
                None => (*part, None),
            };
            let field = at.field(part)?;
            if last {
                return target.is_none().then(|| Self {
                    steps,
                    module: at.no,
                    leaf: Leaf::Field(field.no),
                });
            }
            let next = match (&field.kind, target) {
                (Storage::User, None) => {
                    let key = UserKey::parse(&parts[n + 1..])?;
                    return Some(Self {
                        steps,
                        module: at.no,
                        leaf: Leaf::User(field.no, key),
                    });
                }
                (Storage::Lookup(Some(target)), None) => schema.module_at(*target),
                (Storage::Lookup(None), Some(target)) => schema.module(target)?,
                _ => return None,
            };
            steps.push(LookupStep {
                field: field.no,
                module: next.no,
            });
            at = Arc::clone(next);
        }
        None
    }

    /// The number of lookups to follow, including those to users, roles and profiles.
    #[must_use]
    pub fn depth(&self) -> usize {
        let user = match &self.leaf {
            Leaf::Field(_) => 0,
            Leaf::User(_, UserKey::Role(_) | UserKey::Profile(_)) => 2,
            Leaf::User(..) => 1,
        };
        self.steps.len() + user
    }

    /// The field, if the column follows no lookup.
    #[must_use]
    pub fn own_field(&self) -> Option<FieldNo> {
        match self.leaf {
            Leaf::Field(no) if self.steps.is_empty() => Some(no),
            _ => None,
        }
    }

    /// The field at the end; `None` for a property of a user.
    #[must_use]
    pub fn field<'s>(&self, schema: &'s Schema) -> Option<&'s Field> {
        match &self.leaf {
            Leaf::Field(no) => Some(schema.module_at(self.module).field_at(*no)),
            Leaf::User(..) => None,
        }
    }

    /// The kind of its values.
    #[must_use]
    pub fn kind(&self, schema: &Schema) -> Storage {
        match &self.leaf {
            Leaf::Field(no) => schema.module_at(self.module).field_at(*no).kind.clone(),
            Leaf::User(_, UserKey::Id) => Storage::Id,
            Leaf::User(_, UserKey::Role(column) | UserKey::Profile(column)) => column.kind(),
            Leaf::User(..) => Storage::Text,
        }
    }

    /// The data type of the field at the end; text for properties of users.
    #[must_use]
    pub fn data_type(&self, schema: &Schema) -> DataType {
        let field = self.field(schema);
        field.map_or(DataType::Text, |field| field.spec.data_type)
    }

    /// Calls `f` with the value for a record, which is null if a lookup is empty.
    pub fn with<T>(&self, record: &Record, state: &OrgState, f: impl FnOnce(&Value) -> T) -> T {
        let mut record = record;
        for step in &self.steps {
            let target = match record.stored(step.field) {
                Some(Value::Lookup(module, id)) if *module == step.module => {
                    state.tables.get(step.module).get(*id)
                }
                _ => None,
            };
            match target {
                Some(target) => record = target,
                None => return f(&Value::Null),
            }
        }
        let module = state.schema.module_at(self.module);
        match &self.leaf {
            Leaf::Field(no) => record.with(module.field_at(*no), module, f),
            Leaf::User(no, key) => {
                let user = match record.get(module.field_at(*no), module) {
                    Value::User(id) => state.users.get(&id),
                    _ => None,
                };
                f(&user.map_or(Value::Null, |user| key.value(user, state)))
            }
        }
    }

    /// The value for a record.
    #[must_use]
    pub fn value(&self, record: &Record, state: &OrgState) -> Value {
        self.with(record, state, Value::clone)
    }
}
