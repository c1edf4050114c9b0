//! How fast jobs advance that a service works off in the background.

use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::lifetime::parse_duration;
use crate::store::job::{Advance, JobKind};

/// The JSON form of [`Advance`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdvanceForm {
    /// Before the request that makes it is answered.
    AtOnce,
    /// When its status has been asked for so many times.
    Polls(u32),
    /// So much later on the org's clock: an ISO 8601 duration, or seconds.
    After(#[cfg_attr(feature = "admin", schemars(with = "super::lifetime::LengthForm"))] Json),
}

/// Reads `"at_once"`, `{"polls": 3}`, `{"after": "PT10S"}`.
#[must_use]
pub fn advance_from_json(value: &Json) -> Option<Advance> {
    match value {
        Json::String(text) => parse_advance(text),
        Json::Object(object) if object.len() == 1 => {
            let (key, value) = object.iter().next()?;
            match key.as_str() {
                "polls" => {
                    let polls = value.as_u64().and_then(|n| u32::try_from(n).ok());
                    polls.map(Advance::Polls)
                }
                "after" => {
                    let seconds = parse_duration(value).map(|d| d.as_secs());
                    seconds.filter(|s| *s >= 0).map(Advance::After)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The JSON that [`advance_from_json`] reads.
#[must_use]
pub fn advance_json(advance: Advance) -> Json {
    json!(match advance {
        Advance::AtOnce => AdvanceForm::AtOnce,
        Advance::Polls(n) => AdvanceForm::Polls(n),
        Advance::After(seconds) => AdvanceForm::After(format!("PT{seconds}S").into()),
    })
}

/// Reads `at_once`, `polls=3`, `after=PT10S`.
fn parse_advance(text: &str) -> Option<Advance> {
    match text.split_once('=') {
        None if text == "at_once" => Some(Advance::AtOnce),
        Some(("polls", n)) => n.parse().ok().map(Advance::Polls),
        Some(("after", time)) => {
            let value = time
                .parse::<u32>()
                .map_or_else(|_| Json::from(time), Json::from);
            advance_from_json(&json!({"after": value}))
        }
        _ => None,
    }
}

/// A setting of the command line: for one kind, or for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobSetting {
    /// The kind; all without it.
    pub kind: Option<JobKind>,
    /// How it advances.
    pub advance: Advance,
}

impl std::str::FromStr for JobSetting {
    type Err = String;

    /// `polls=3`, `mass_update:polls=3`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, advance) = match text.split_once(':') {
            Some((kind, advance)) => {
                let known = JobKind::parse(kind);
                let known = known.ok_or_else(|| {
                    let names = JobKind::ALL.map(JobKind::as_str);
                    format!(
                        "unknown kind of jobs \"{kind}\"; there are {}",
                        names.join(", ")
                    )
                })?;
                (Some(known), advance)
            }
            None => (None, text),
        };
        let advance = parse_advance(advance).ok_or(
            "jobs advance at_once, after a number of polls (polls=3) or after a time (after=PT10S)",
        )?;
        Ok(Self { kind, advance })
    }
}

/// How each kind of an org's jobs advances.
#[derive(Debug, Default)]
pub struct JobSettings(Mutex<[Advance; JobKind::ALL.len()]>);

impl JobSettings {
    /// How jobs of a kind advance.
    #[must_use]
    pub fn of(&self, kind: JobKind) -> Advance {
        self.0.lock()[kind as usize]
    }

    /// Changes how jobs advance that are made from now on.
    pub fn set(&self, setting: JobSetting) {
        let mut all = self.0.lock();
        for kind in JobKind::ALL {
            if setting.kind.is_none_or(|only| only == kind) {
                all[kind as usize] = setting.advance;
            }
        }
    }

    /// A copy for another org.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self(Mutex::new(*self.0.lock()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_written() {
        for (text, kind, advance) in [
            ("at_once", None, Advance::AtOnce),
            ("polls=3", None, Advance::Polls(3)),
            ("after=PT1M", None, Advance::After(60)),
            ("after=5", None, Advance::After(5)),
            (
                "mass_delete:polls=1",
                Some(JobKind::MassDelete),
                Advance::Polls(1),
            ),
        ] {
            assert_eq!(text.parse(), Ok(JobSetting { kind, advance }));
            assert_eq!(advance_from_json(&advance_json(advance)), Some(advance));
        }
        for bad in ["", "now", "polls=x", "after=soon", "x:at_once", "polls=-1"] {
            assert!(bad.parse::<JobSetting>().is_err(), "{bad}");
        }
        let settings = JobSettings::default();
        settings.set("mass_update:polls=2".parse().expect("a setting"));
        assert_eq!(settings.of(JobKind::MassUpdate), Advance::Polls(2));
        assert_eq!(settings.of(JobKind::MassDelete), Advance::AtOnce);
    }
}
