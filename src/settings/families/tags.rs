//! Tags of modules. Records name them, and show a new name or colour at once.

use crate::settings::family::{COUNT, Family, Filter, Gone, Info, What};
use crate::settings::key::{Key, TextPattern};
use crate::settings::tagging::{
    MOST_LETTERS, MOST_OF_MODULE, NO_TAGS, SPECIAL, TOO_MANY_TAGS, check_colour, follow, is_plain,
};
use crate::version::ApiVersion::{V2, V2_1, V7, V8};
use crate::version::Versions;

/// Tags (SDK tables, pages of v7, captures of v8).
pub static TAGS: Family = Family::new(
    crate::store::setting::TAGS,
    "/settings/tags",
    &[
        Key::created_time("created_time"),
        Key::modified_time("modified_time"),
        Key::text("name", MOST_LETTERS).mandatory().unique().matching(&NAME),
        Key::modified_by("modified_by"),
        Key::id(),
        Key::created_by("created_by"),
        Key::text("color_code", 7).since(V2_1).alias("colour_code").forgets().queried(V7),
    ],
)
.by_module()
.scope("settings.tags")
.composite(&[(What::List, usize::MAX), (What::Create, 1), (What::UpdateMany, 1), (What::Update, 1)])
.can(&[What::List, What::Create, What::UpdateMany, What::Update, What::Delete], V2)
.filters(&[Filter::Mine("my_tags", "created_by")])
.lists_nothing()
.info(&[Info::number("record_limit", 20, V8), COUNT, Info::number("allowed_count", 500, V2)], V2)
.details(&[
    ("created_time", Versions::ALL),
    ("modified_time", Versions::ALL),
    ("name", Versions::since(V8)),
    ("modified_by", Versions::ALL),
    ("created_by", Versions::ALL),
    ("color_code", Versions::ALL),
])
.param_key("param")
.limit(MOST_OF_MODULE, TOO_MANY_TAGS)
.taken_shows_id()
.says("tags created successfully", "tags updated successfully", "tags deleted successfully")
.gone(Gone { path: NO_TAGS, item: NO_TAGS, repeats: true, ..Gone::USUAL })
.check(check_colour)
.changed(follow);

static NAME: TextPattern = TextPattern { regex: "", fits: is_plain, code: Some(SPECIAL) };
