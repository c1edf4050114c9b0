//! Notifications that users have asked for: what a channel tells of a module.

use serde_json::Value as Json;

use crate::settings::channel::{self, ChannelEvent};
use crate::settings::family::Family;
use crate::settings::key::{Default, Key, ReferenceTarget};
use crate::value::time;

/// Channels, an object for each module that one watches (`/actions/watch`). What clients may say
/// of them, and how, is not what a family can say: the operations are those of `api::watch`.
pub static WATCH: Family = Family::new(
    channel::FAMILY,
    "/actions/watch",
    &[
        Key::text(channel::CHANNEL_ID, 19).mandatory(),
        // none for users
        Key::reference(channel::MODULE, ReferenceTarget::Module),
        Key::words(channel::EVENTS, &ChannelEvent::WORDS).mandatory(),
        Key::text(channel::NOTIFY_URL, channel::LONGEST_URL).mandatory(),
        Key::text(channel::TOKEN, channel::LONGEST_TOKEN),
        Key::read(channel::EXPIRY, instant).mandatory(),
        Key::boolean(channel::VALUES),
        Key::boolean(channel::RELATED).or(Default::Boolean(true)),
        Key::any(channel::CONDITIONS),
        Key::any(channel::FIELDS),
        Key::created_by(channel::OWNER),
        Key::id(),
    ],
)
.label(channel::CHANNEL_ID)
.title("channels for notifications")
.check(channel::check);

/// A date-time, which is kept in UTC.
fn instant(value: &Json) -> Result<Json, (&'static str, Json)> {
    let at = value.as_str().and_then(time::parse_datetime);
    let at = at.ok_or(("expected_data_type", Json::from("datetime")))?;
    Ok(time::format_datetime(at, &jiff::tz::TimeZone::UTC).into())
}
