//! What versions say of the tags of records.

use super::number::ApiVersion::{self, V2_1, V3, V8};

impl ApiVersion {
    /// Tags given to records are answered as objects (SDK tables); by their names before.
    #[must_use]
    pub fn tagged_records_show_objects(self) -> bool {
        self >= V2_1
    }

    /// How many of the records are locked is a text (v8 samples and tables; a number in those of v2
    /// to v3).
    #[must_use]
    pub fn locked_count_is_text(self) -> bool {
        self >= V8
    }

    /// Whether workflows were scheduled is told beside the records (v2 page; no later sample).
    #[must_use]
    pub fn tells_of_scheduled_workflows(self) -> bool {
        self <= V3
    }

    /// Records that were given tags show what else that has changed: nothing (v8 sample).
    #[must_use]
    pub fn tagged_records_show_affected_data(self) -> bool {
        self >= V8
    }
}
