//! Users.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::Loader;
use super::object::instant;
use crate::ids::Id;
use crate::seed::format::Located;
use crate::store::{Tx, User};

/// What the server reads of a user as a text.
const TEXTS: [&str; 7] = [
    "first_name",
    "last_name",
    "full_name",
    "alias",
    "email",
    "status",
    "time_zone",
];

impl Loader<'_> {
    /// The users, and which of them makes the calls.
    pub(super) fn users(&mut self, tx: &mut Tx) {
        let document = self.document;
        let mut users: Vec<(Id, &Located)> = Vec::new();
        for at in &document.users {
            match self.identify(at.object.get("id"), || tx.next_id()) {
                Ok(id) if self.base.is_some_and(|base| base.users.get(&id).is_some()) => {
                    self.problem(at, "id", format!("another user has the id {id}"));
                }
                Ok(id) => users.push((id, at)),
                Err(reason) => self.problem(at, "id", reason),
            }
        }
        let mut current = None;
        for (id, at) in &users {
            self.user(tx, *id, at);
            if !at.stored && at.object.get("current") == Some(&Json::Bool(true)) {
                current = Some(*id);
            }
        }
        if let Some(named) = document.org.get("current_user") {
            current = self.user_id(named);
            if current.is_none_or(|id| tx.state().users.get(&id).is_none()) {
                self.org_problem("current_user", "no such user");
            }
        }
        // of an org that lives it stays the same
        let first = || {
            let active = users.iter().find(|(_, at)| {
                let status = at.object.get("status").and_then(Json::as_str);
                status.unwrap_or("active") == "active"
            });
            active.or(users.first()).map(|(id, _)| *id)
        };
        match (current, self.base) {
            (Some(id), _) => tx.set_current_user(id),
            // the zone of the org may have changed
            (None, Some(base)) => tx.set_current_user(base.current_user),
            (None, None) => match first() {
                Some(id) => tx.set_current_user(id),
                None if document.exported => {}
                None => self.first_user(tx),
            },
        }
    }

    fn user(&mut self, tx: &mut Tx, id: Id, at: &Located) {
        let mut attributes = at.object.clone();
        let [role, profile] = if at.stored {
            ["role", "profile"].map(|key| {
                let given = at.object.get(key)?;
                let id = Id::from_json(given);
                if id.is_none() {
                    self.problem(at, key, format!("{given} is no id"));
                }
                id
            })
        } else {
            [("role", "CEO"), ("profile", "Administrator")]
                .map(|(key, default)| self.reference(tx, at, key, default))
        };
        for key in ["id", "role", "profile"] {
            attributes.shift_remove(key);
        }
        if !at.stored {
            attributes.shift_remove("current");
        }
        let times = ["created_time", "Modified_Time"].map(|key| {
            let given = attributes.shift_remove(key);
            let time = given.as_ref().map_or(Some(self.options.now), instant);
            if time.is_none() {
                self.problem(at, key, "must be a date-time with an offset");
            }
            time.unwrap_or_default()
        });
        let by = ["created_by", "Modified_By"].map(|key| {
            let given = attributes.shift_remove(key);
            let by = given.as_ref().map(|by| by.get("id").unwrap_or(by));
            let by = by.map_or(Some(id), |by| self.user_id(by));
            if by.is_none() {
                self.problem(at, key, "no such user");
            }
            by.unwrap_or(id)
        });
        for key in TEXTS {
            let given = attributes.get(key);
            if given.is_some_and(|given| !given.is_string() && !given.is_null()) {
                self.problem(at, key, "must be a text");
            }
        }
        if let Some(zone) = attributes.get("time_zone").and_then(Json::as_str)
            && TimeZone::get(zone).is_err()
        {
            self.problem(at, "time_zone", format!("unknown time zone \"{zone}\""));
        }
        tx.put_user(User {
            id,
            attributes,
            role,
            profile,
            created_time: times[0],
            modified_time: times[1],
            created_by: by[0],
            modified_by: by[1],
        });
    }

    /// The user of an org that names none.
    fn first_user(&mut self, tx: &mut Tx) {
        const TAIL: u64 = 326_001;
        let prefix = tx.state().info.prefix;
        let id = prefix.id(TAIL);
        let zone = self
            .document
            .org
            .get("time_zone")
            .cloned()
            .unwrap_or_else(|| "UTC".into());
        let attributes = json!({
            "first_name": "Admin", "last_name": "User", "email": "admin@example.com",
            "status": "active", "confirm": true, "time_zone": zone,
        });
        let Json::Object(attributes) = attributes else {
            return;
        };
        tx.put_user(User {
            id,
            attributes,
            role: Some(prefix.id(26_005)),
            profile: Some(prefix.id(26_011)),
            created_time: self.options.now,
            modified_time: self.options.now,
            created_by: id,
            modified_by: id,
        });
        tx.set_current_user(id);
    }
}
