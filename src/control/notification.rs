//! Questions about what channels were told.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::question::{LONGEST_MS, TIMEOUT_MS};
use super::{ControlRefusal, names};
use crate::runtime::callbacks::{Callback, CallbackPattern, Callbacks};
use crate::runtime::given::given;
use crate::settings::channel::{ChannelEvent, USERS};
use crate::words::nearest;
use crate::world::Org;

/// Which callbacks are waited for, and how many; at least one unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AwaitedCallbacks {
    /// What they are like; every one without it.
    #[serde(rename = "match")]
    pub on: CallbackPattern,
    /// So many or more; 1 without it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(min = 1)))]
    pub count: Option<usize>,
    /// How long to wait for them; 5000 without it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(max = 600_000), extend("default" = TIMEOUT_MS)))]
    pub timeout_ms: Option<u64>,
}

impl AwaitedCallbacks {
    /// Reads what is waited for in an org.
    ///
    /// # Errors
    /// [`ControlRefusal::Invalid`] for what makes no sense or can never come,
    /// [`ControlRefusal::Conflict`] if callbacks are not kept.
    pub fn read(json: &Json, org: &Org) -> Result<Self, ControlRefusal> {
        let read = Self::deserialize(json);
        let read = read.map_err(|error| ControlRefusal::Invalid(error.to_string()))?;
        check_callbacks(&read.on, org)?;
        if read.count == Some(0) {
            return Err(ControlRefusal::Invalid(
                "nobody needs to wait for 0 callbacks".into(),
            ));
        }
        if read.timeout_ms.is_some_and(|ms| ms > LONGEST_MS) {
            return Err(ControlRefusal::Invalid(format!(
                "timeout_ms is at most {LONGEST_MS}"
            )));
        }
        Ok(read)
    }

    /// How many are waited for.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.count.unwrap_or(1)
    }

    /// How long it is waited.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.unwrap_or(TIMEOUT_MS))
    }

    /// Why it is not waited any longer, though too few have come.
    #[must_use]
    pub fn too_few(&self, callbacks: &Callbacks) -> ControlRefusal {
        let found = callbacks.matching(&self.on);
        let all = callbacks.matching(&CallbackPattern::default());
        let shown = |entries: &[Arc<Callback>]| -> Json {
            let shown = entries.iter().map(|entry| json!(entry.shown()));
            shown.collect()
        };
        let wanted = self.wanted();
        ControlRefusal::NotVerified {
            message: format!(
                "expected at least {wanted} matching callbacks, found {} of {}",
                found.len(),
                all.len()
            ),
            details: json!({
                "expected": wanted, "found": found.len(),
                "matching": shown(&found), "callbacks": shown(&all),
            }),
        }
    }
}

/// The callbacks of an org, for a question about them.
///
/// # Errors
/// [`ControlRefusal::Conflict`] if none are kept: it would answer that there were none.
pub fn callbacks(org: &Org) -> Result<&Arc<Callbacks>, ControlRefusal> {
    if org.callbacks.keeps() {
        Ok(&org.callbacks)
    } else {
        Err(ControlRefusal::Conflict(
            "the journal is off (--journal 0)".into(),
        ))
    }
}

/// Checks that callbacks of an org can be meant.
///
/// # Errors
/// [`ControlRefusal::Invalid`] with the nearest name, and those of [`callbacks`].
pub fn check_callbacks(pattern: &CallbackPattern, org: &Org) -> Result<(), ControlRefusal> {
    callbacks(org)?;
    let check = |what: &str, given: &Option<String>, known: Vec<String>| match given {
        Some(given) if !known.contains(given) => {
            let near = nearest(given, known.iter().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean \"{near}\"?"));
            let hint = hint.unwrap_or_default();
            Err(ControlRefusal::Invalid(format!(
                "there is no {what} \"{given}\"{hint}"
            )))
        }
        _ => Ok(()),
    };
    let mut modules = names([org]).modules;
    modules.push(USERS.to_owned());
    let operations = ChannelEvent::ALL.map(|event| event.operation().to_owned());
    check("module", &pattern.module, modules)?;
    check("operation", &pattern.operation, operations.to_vec())
}
