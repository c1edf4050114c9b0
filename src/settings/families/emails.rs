//! E-mails of records. Zoho has no operations on them as such; a seed declares them.

use crate::settings::family::Family;
use crate::settings::key::{Default, Key, ReferenceTarget};
use crate::version::ApiVersion::V2;

/// What an e-mail is, in the words of the parameter `type`.
pub const EMAIL_TYPES: &[&str] = &["sent_from_crm", "scheduled_in_crm", "drafts", "user_emails"];

/// E-mails of records.
pub static EMAILS: Family = Family::new(
    "emails",
    "/settings/emails",
    &[
        Key::text("record", 20).mandatory().names_record(),
        Key::text("message_id", 200),
        Key::word("type", EMAIL_TYPES).or(Default::Text("sent_from_crm")),
        Key::text("subject", 1000),
        Key::text("content", 1_000_000),
        Key::text("summary", 1000),
        Key::object("from", PERSON),
        Key::list("to", PERSON, 500),
        Key::list("cc", PERSON, 500),
        Key::object("reply_to", PERSON),
        Key::text("time", 40).mandatory(),
        Key::reference("owner", ReferenceTarget::User),
        Key::boolean("read"),
        Key::boolean("sent").or(Default::Boolean(true)),
        Key::text("source", 50).or(Default::Text("crm")),
        Key::any("status"),
        Key::text("intent", 50),
        Key::text("sentiment_info", 50),
        Key::text("emotion", 50),
        Key::any("linked_record").names_record(),
        Key::list("attachments", ATTACHMENT, 100),
        Key::boolean("editable"),
        Key::text("mail_format", 20).or(Default::Text("html")),
        Key::text("thread_id", 200),
        Key::id(),
    ],
)
.label("subject")
.can(&[], V2);

static PERSON: &[Key] = &[Key::text("user_name", 200), Key::text("email", 200)];

static ATTACHMENT: &[Key] = &[Key::text("size", 20), Key::text("name", 255), Key::text("id", 200)];
