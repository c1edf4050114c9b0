//! The data types that fields can be made of, and what each allows (page of v7 and v8 on custom
//! fields, with its table of lengths).

use crate::schema::DataType;

/// The lengths that fields of a type may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// The type has one length, whatever is asked for.
    Fixed,
    /// From 1 to this.
    UpTo(u32),
    /// One of these.
    OneOf(&'static [u32]),
    /// That of the kind of text area.
    Textarea,
}

/// The tooltips that a type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tooltip {
    /// `static_text` and `info_icon`.
    Both,
    /// `info_icon` alone.
    Icon,
}

/// What a data type allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) data_type: DataType,
    pub(super) length: Length,
    pub(super) tooltip: Tooltip,
    /// `unique` may be set (which types have it besides text and email is assumed).
    pub(super) unique: bool,
    /// `crypt` may be set.
    pub(super) crypt: bool,
    /// `filterable` may be set.
    pub(super) filterable: bool,
    /// `decimal_place` may be set.
    pub(super) decimals: bool,
    /// The object without which the type is not complete.
    pub(super) needs: Option<&'static str>,
}

const fn plain(data_type: DataType, length: Length) -> Type {
    Type {
        data_type,
        length,
        tooltip: Tooltip::Both,
        unique: false,
        crypt: false,
        filterable: true,
        decimals: false,
        needs: None,
    }
}

impl Type {
    const fn icon(mut self) -> Self {
        self.tooltip = Tooltip::Icon;
        self
    }

    const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    const fn crypt(mut self) -> Self {
        self.crypt = true;
        self
    }

    const fn unfiltered(mut self) -> Self {
        self.filterable = false;
        self
    }

    const fn decimals(mut self) -> Self {
        self.decimals = true;
        self
    }

    const fn needs(mut self, key: &'static str) -> Self {
        self.needs = Some(key);
        self
    }

    /// The row of a data type; none for types that cannot be made.
    pub(super) fn of(data_type: DataType) -> Option<&'static Self> {
        TYPES.iter().find(|row| row.data_type == data_type)
    }
}

/// One row a type.
const TYPES: &[Type] = &[
    plain(DataType::Text, Length::UpTo(255)).unique().crypt(),
    plain(DataType::Textarea, Length::Textarea)
        .crypt()
        .unfiltered()
        .needs("textarea"),
    plain(DataType::Email, Length::UpTo(100)).unique().crypt(),
    plain(DataType::Phone, Length::UpTo(30)).unique().crypt(),
    plain(DataType::Website, Length::UpTo(450)).unique().crypt(),
    plain(DataType::Picklist, Length::Fixed).icon(),
    plain(DataType::MultiSelectPicklist, Length::Fixed).icon(),
    plain(DataType::Date, Length::Fixed).icon().crypt(),
    plain(DataType::DateTime, Length::Fixed).icon().crypt(),
    plain(DataType::Integer, Length::UpTo(9)).unique().crypt(),
    plain(DataType::BigInt, Length::UpTo(18)).unique().crypt(),
    plain(DataType::Double, Length::UpTo(18))
        .unique()
        .crypt()
        .decimals(),
    plain(DataType::Percent, Length::UpTo(5)).decimals(),
    plain(DataType::Currency, Length::UpTo(16))
        .icon()
        .crypt()
        .decimals()
        .needs("currency"),
    plain(DataType::Boolean, Length::Fixed),
    plain(DataType::Lookup, Length::Fixed).needs("lookup"),
    plain(DataType::UserLookup, Length::Fixed).icon(),
    plain(DataType::AutoNumber, Length::UpTo(255))
        .icon()
        .needs("auto_number"),
    plain(DataType::Formula, Length::Fixed)
        .icon()
        .decimals()
        .needs("formula"),
    plain(DataType::FileUpload, Length::OneOf(&[1, 5]))
        .icon()
        .unfiltered(),
    plain(DataType::ImageUpload, Length::UpTo(10))
        .icon()
        .unfiltered(),
];

/// Types that Zoho makes fields of and this server does not: they would need modules that link
/// others, or values worked out from the records of a related list.
pub(super) const UNSUPPORTED: &[&str] = &[
    "rollup_summary",
    "multiselectlookup",
    "multiuserlookup",
    "address",
];
