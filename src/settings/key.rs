//! A key of the objects of a family.

use serde_json::Value as Json;

use super::family::Family;
use crate::error::Code;
use crate::version::{ApiVersion, Versions};

/// Reads a value; what it cannot read it refuses with a detail of the error.
pub type Read = fn(&Json) -> Result<Json, (&'static str, Json)>;

/// What the value of a key may be.
#[derive(Clone, Copy, Debug)]
pub enum KeyType {
    /// The id of the object itself.
    Id,
    /// A text of at most so many characters.
    Text(usize),
    /// A whole number within bounds, both included.
    Integer(i64, i64),
    /// `true` or `false`.
    Boolean,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A list of some words, none of them twice.
    Words(&'static [&'static str]),
    /// Another object of the org.
    Reference(ReferenceTarget),
    /// An object with keys of its own.
    Object(&'static [Key]),
    /// A list of at most so many objects with keys of their own.
    List(&'static [Key], usize),
    /// A value that a function reads and brings into the form in which it is kept.
    Read(Read),
    /// When the object was created or changed: `true` for the creation.
    Time(bool),
    /// Who created or changed the object: `true` for the creation.
    By(bool),
    /// Any value, which only seeds and hooks set.
    Any,
}

/// A form that a text must have.
#[derive(Clone, Copy, Debug)]
pub struct TextPattern {
    /// How errors write it (`regex`).
    pub regex: &'static str,
    /// Whether a text has it.
    pub fits: fn(&str) -> bool,
    /// An error of its own, which does not show the form.
    pub code: Option<Code>,
}

/// The API names of settings (v8 description).
pub static API_NAME: TextPattern = TextPattern {
    regex: r"^[a-zA-Z]+\w*[a-zA-Z0-9]*$",
    fits: |text| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    },
    code: None,
};

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub enum ReferenceTarget {
    /// An object of a family.
    Family(&'static Family),
    /// An object of the family that has the key.
    Own,
    /// A user.
    User,
    /// A module, shown as `{api_name, id}`.
    Module,
}

/// Who may set a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAccess {
    /// Clients and seeds, at any time.
    Free,
    /// Clients when the object is created, and seeds; what is sent later is passed over.
    Fixed,
    /// Seeds alone; what clients send is passed over.
    ReadOnly,
}

/// Which answers show a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownIn {
    /// All.
    Everywhere,
    /// Those that hold one object.
    Single,
    /// An object by itself, and those for which the client asks (`include`).
    Included,
    /// None: the key is only sent.
    Nowhere,
}

/// The value of a key that nobody has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// `null`.
    Null,
    /// A text.
    Text(&'static str),
    /// `true` or `false`.
    Boolean(bool),
    /// What another key holds.
    Key(&'static str),
    /// An empty list.
    Empty,
}

/// A key of the objects of a family. Made by one of the functions named for its type, and then
/// refined; the order of the keys is that in which they enter the object.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyType,
    /// The versions that have it.
    pub versions: Versions,
    /// An object cannot be created without it.
    pub mandatory: bool,
    /// No two objects of a family (in the same module) have the same value.
    pub unique: bool,
    /// The error of a value that another object has, in place of that of the family.
    pub taken: Option<Code>,
    /// Another name by which clients may send it.
    pub alias: Option<&'static str>,
    /// Who may set it.
    pub access: KeyAccess,
    /// Where it is shown.
    pub place: ShownIn,
    /// Its value where nobody has set it.
    pub default: Default,
    /// Of a reference: the key of the target that is shown beside the id, and by which a client
    /// may name it.
    pub label: &'static str,
    /// Of a reference: a name that nothing has makes a new object.
    pub makes: bool,
    /// The error of a value that the key cannot hold, in place of the usual one.
    pub refused: Option<Code>,
    /// The form of a text.
    pub pattern: Option<&'static TextPattern>,
    /// A change that does not speak of it empties it.
    pub forgets: bool,
    /// Of the time and the user of the last change: not set by the creation.
    pub from_first_change: bool,
    /// Of a list: a change speaks of some items alone; one with `_delete` goes.
    pub merges: bool,
    /// Of a key of the items of such a list: it tells them apart.
    pub tells_apart: bool,
    /// It names a record or a user, by a text or below `id`: a seed may use a label there.
    pub names_record: bool,
    /// The versions in which a creation may give it as a parameter, for all objects that do not.
    pub queried: Versions,
}

impl Key {
    const fn new(name: &'static str, kind: KeyType) -> Self {
        Self {
            name,
            kind,
            versions: Versions::ALL,
            mandatory: false,
            unique: false,
            taken: None,
            alias: None,
            access: KeyAccess::Free,
            place: ShownIn::Everywhere,
            default: Default::Null,
            label: "name",
            makes: false,
            refused: None,
            pattern: None,
            forgets: false,
            from_first_change: false,
            merges: false,
            tells_apart: false,
            names_record: false,
            queried: Versions::NONE,
        }
    }

    /// The id.
    #[must_use]
    pub const fn id() -> Self {
        Self::new("id", KeyType::Id).read_only()
    }

    /// A text of at most `most` characters.
    #[must_use]
    pub const fn text(name: &'static str, most: usize) -> Self {
        Self::new(name, KeyType::Text(most))
    }

    /// A whole number between two bounds.
    #[must_use]
    pub const fn integer(name: &'static str, least: i64, most: i64) -> Self {
        Self::new(name, KeyType::Integer(least, most))
    }

    /// `true` or `false`, `false` unless set.
    #[must_use]
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, KeyType::Boolean).or(Default::Boolean(false))
    }

    /// A date.
    #[must_use]
    pub const fn date(name: &'static str) -> Self {
        Self::new(name, KeyType::Date)
    }

    /// One of some words.
    #[must_use]
    pub const fn word(name: &'static str, words: &'static [&'static str]) -> Self {
        Self::new(name, KeyType::Word(words))
    }

    /// A list of some words.
    #[must_use]
    pub const fn words(name: &'static str, words: &'static [&'static str]) -> Self {
        Self::new(name, KeyType::Words(words))
    }

    /// An object of another family.
    #[must_use]
    pub const fn reference(name: &'static str, target: ReferenceTarget) -> Self {
        Self::new(name, KeyType::Reference(target))
    }

    /// An object.
    #[must_use]
    pub const fn object(name: &'static str, keys: &'static [Self]) -> Self {
        Self::new(name, KeyType::Object(keys))
    }

    /// A list of at most `most` objects.
    #[must_use]
    pub const fn list(name: &'static str, keys: &'static [Self], most: usize) -> Self {
        Self::new(name, KeyType::List(keys, most)).or(Default::Empty)
    }

    /// A value that `read` brings into the form in which it is kept.
    #[must_use]
    pub const fn read(name: &'static str, read: Read) -> Self {
        Self::new(name, KeyType::Read(read))
    }

    /// Any value, which a hook checks.
    #[must_use]
    pub const fn any(name: &'static str) -> Self {
        Self::new(name, KeyType::Any)
    }

    /// When the object was created.
    #[must_use]
    pub const fn created_time(name: &'static str) -> Self {
        Self::new(name, KeyType::Time(true)).read_only()
    }

    /// When the object was last changed.
    #[must_use]
    pub const fn modified_time(name: &'static str) -> Self {
        Self::new(name, KeyType::Time(false)).read_only()
    }

    /// Who created the object.
    #[must_use]
    pub const fn created_by(name: &'static str) -> Self {
        Self::new(name, KeyType::By(true)).read_only()
    }

    /// Who last changed the object.
    #[must_use]
    pub const fn modified_by(name: &'static str) -> Self {
        Self::new(name, KeyType::By(false)).read_only()
    }

    /// A key that clients cannot set: hooks work it out, or a seed gives it.
    #[must_use]
    pub const fn computed(name: &'static str) -> Self {
        Self::new(name, KeyType::Any).read_only()
    }

    /// From a version on.
    #[must_use]
    pub const fn since(self, version: ApiVersion) -> Self {
        self.versions(Versions::since(version))
    }

    /// Up to a version.
    #[must_use]
    pub const fn until(self, version: ApiVersion) -> Self {
        self.versions(Versions::until(version))
    }

    const fn versions(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    /// Needed when an object is created, and never to be emptied.
    #[must_use]
    pub const fn mandatory(self) -> Self {
        Self {
            mandatory: true,
            ..self
        }
    }

    /// Names a record or a user, which a seed may do by a label.
    #[must_use]
    pub const fn names_record(self) -> Self {
        Self {
            names_record: true,
            ..self
        }
    }

    /// Held by one object of the family alone.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self {
            unique: true,
            ..self
        }
    }

    /// Set once, when the object is created.
    #[must_use]
    pub const fn fixed(self) -> Self {
        Self {
            access: KeyAccess::Fixed,
            ..self
        }
    }

    /// Not to be set by clients.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self {
            access: KeyAccess::ReadOnly,
            ..self
        }
    }

    /// Shown where an answer holds one object, and not in lists.
    #[must_use]
    pub const fn single(self) -> Self {
        Self {
            place: ShownIn::Single,
            ..self
        }
    }

    /// Shown where the client asks for it.
    #[must_use]
    pub const fn included(self) -> Self {
        Self {
            place: ShownIn::Included,
            ..self
        }
    }

    /// Sent, and shown nowhere.
    #[must_use]
    pub const fn hidden(self) -> Self {
        Self {
            place: ShownIn::Nowhere,
            ..self
        }
    }

    /// What it holds where nobody has set it.
    #[must_use]
    pub const fn or(self, default: Default) -> Self {
        Self { default, ..self }
    }

    /// The key of the target that stands beside its id.
    #[must_use]
    pub const fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    /// A name that nothing has makes a new object.
    #[must_use]
    pub const fn makes(self) -> Self {
        Self {
            makes: true,
            ..self
        }
    }

    /// The error of a value that it cannot hold.
    #[must_use]
    pub const fn refused(self, code: Code) -> Self {
        Self {
            refused: Some(code),
            ..self
        }
    }

    /// A text of a form.
    #[must_use]
    pub const fn matching(self, pattern: &'static TextPattern) -> Self {
        Self {
            pattern: Some(pattern),
            ..self
        }
    }

    /// Emptied by a change that does not speak of it.
    #[must_use]
    pub const fn forgets(self) -> Self {
        Self {
            forgets: true,
            ..self
        }
    }

    /// A list of which a change speaks of some items alone.
    #[must_use]
    pub const fn merges(self) -> Self {
        Self {
            merges: true,
            ..self
        }
    }

    /// Tells the items of a list apart of which a change speaks of some alone.
    #[must_use]
    pub const fn tells_apart(self) -> Self {
        Self {
            tells_apart: true,
            ..self
        }
    }

    /// From a version on, a parameter of creations as well.
    #[must_use]
    pub const fn queried(self, since: ApiVersion) -> Self {
        Self {
            queried: Versions::since(since),
            ..self
        }
    }

    /// Held by one object of the family alone, with an error of its own.
    #[must_use]
    pub const fn unique_or(self, taken: Code) -> Self {
        Self {
            taken: Some(taken),
            ..self.unique()
        }
    }

    /// Another name by which clients may send it.
    #[must_use]
    pub const fn alias(self, alias: &'static str) -> Self {
        Self {
            alias: Some(alias),
            ..self
        }
    }

    /// Not set before the first change, as the time and the user of the last one usually are.
    #[must_use]
    pub const fn from_first_change(self) -> Self {
        Self {
            from_first_change: true,
            ..self
        }
    }
}
