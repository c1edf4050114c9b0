//! A rule of faults: its JSON form, what makes sense of it, and when it fires.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{Breakage, Delay, Hit, Planned, RecordHit};
use crate::error::{AccountsError, Code, nearest_code, nearest_error};
use crate::runtime::clock::Clock;
use crate::runtime::given::given;
use crate::runtime::lifetime::{Lifetime, parse_duration};
use crate::runtime::pattern::{Names, Pattern};

/// One value, or a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a number from 0 on, or a list of such")]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T: PartialEq> OneOrMany<T> {
    pub(super) fn holds(&self, value: &T) -> bool {
        self.all().contains(value)
    }

    fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Which requests a rule fires at, as given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "admin",
    derive(schemars::JsonSchema),
    schemars(transform = without_status)
)]
#[serde(default)]
pub struct Match {
    /// The keys of a [`Pattern`]. They are read apart, since serde cannot refuse unknown keys
    /// beside a part that is flattened.
    #[serde(flatten)]
    #[cfg_attr(feature = "admin", schemars(with = "Pattern"))]
    pub pattern: Map<String, Json>,
    /// Which of the requests that match it fires at, counted from 1; at each without it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub nth: Option<OneOrMany<u64>>,
    /// How probably it fires at each.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(min = 0, max = 1)))]
    pub probability: Option<f64>,
    /// The org whose requests it looks at, by id or name; `*` for those of every org.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
}

/// The schema of a match: the keys of a pattern but the one that faults come too early for.
#[cfg(feature = "admin")]
fn without_status(schema: &mut schemars::Schema) {
    if let Some(Json::Object(keys)) = schema.get_mut("properties") {
        keys.shift_remove("status");
    }
    schema.insert("additionalProperties".into(), false.into());
}

impl Match {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which records of a batch fail, and with which error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordFault {
    /// Their positions, from 0.
    pub index: OneOrMany<usize>,
    /// A code of Zoho's.
    pub error: String,
}

/// What a rule does, as given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Effect {
    /// A code of Zoho's, or the name of an error of its accounts server for the operations that it
    /// has: the answer is Zoho's own error of this name.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The answer has this status …
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(min = 200, max = 599)))]
    pub status: Option<u16>,
    /// … and this body; text as it is, anything else as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
    /// Further headers of that answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The answer comes so much later.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<Delay>,
    /// What happens to the connection.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub connection: Option<Breakage>,
    /// Records of a batch fail, the others are written.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordFault>,
}

/// A rule, as given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "admin",
    derive(schemars::JsonSchema),
    schemars(extend("required" = ["effect"]))
)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSpec {
    /// When it fires; at every request of the org without it.
    #[serde(rename = "match", skip_serializing_if = "Match::is_empty")]
    pub on: Match,
    /// How often it fires at most.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(min = 1)))]
    pub times: Option<u64>,
    /// How long it lives: seconds, or an ISO 8601 duration (`PT30S`).
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "admin",
        schemars(with = "crate::runtime::lifetime::LengthForm")
    )]
    pub ttl: Option<Json>,
    /// What it does.
    pub effect: Effect,
}

impl RuleSpec {
    /// Reads a rule.
    ///
    /// # Errors
    /// A sentence that says what is no rule about it.
    pub fn read(given: &Json) -> Result<Self, String> {
        if !given.is_object() {
            return Err("a rule is a JSON object".into());
        }
        Self::deserialize(given).map_err(|error| error.to_string())
    }
}

/// A rule and what became of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct ShownRule {
    /// Its id; that of a rule for all orgs begins with `*`.
    pub id: String,
    /// As it was given.
    #[serde(flatten)]
    #[cfg_attr(feature = "admin", schemars(with = "RuleSpec"))]
    pub spec: Map<String, Json>,
    /// How many requests matched.
    pub matched: u64,
    /// How often it fired.
    pub fired: u64,
    /// Whether it may still fire.
    pub active: bool,
}

/// A rule that has been checked, and what became of it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: u64,
    /// As given.
    spec: Map<String, Json>,
    pub(super) pattern: Arc<Pattern>,
    nth: Option<OneOrMany<u64>>,
    probability: Option<f64>,
    times: Option<u64>,
    life: Option<Lifetime>,
    effect: Effect,
    error: Option<Planned>,
    record_error: Option<Code>,
    rng: ChaCha12Rng,
    matched: u64,
    pub(super) fired: u64,
}

impl Rule {
    /// Checks a rule; its id and chance come when it is [numbered](Self::numbered).
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn new(given: &Json, names: &Names, clock: &Clock) -> Result<Self, String> {
        let spec = RuleSpec::read(given)?;
        let (error, record_error) = check(&spec.effect)?;
        let pattern = pattern(&spec.on, names)?;
        if let Some(Planned::Accounts(error)) = &error {
            check_accounts(*error, &pattern, names)?;
        }
        if spec.times == Some(0) {
            return Err("times is at least 1".into());
        }
        Ok(Self {
            id: 0,
            spec: given.as_object().cloned().unwrap_or_default(),
            pattern: Arc::new(pattern),
            nth: spec.on.nth,
            probability: spec.on.probability,
            times: spec.times,
            life: life(spec.ttl.as_ref(), clock)?,
            effect: spec.effect,
            error,
            record_error,
            rng: ChaCha12Rng::seed_from_u64(0),
            matched: 0,
            fired: 0,
        })
    }

    /// The rule with an id; its chance is a function of `seed` and the id.
    pub(super) fn numbered(self, id: u64, seed: u64) -> Self {
        let rng = ChaCha12Rng::seed_from_u64(seed ^ id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self { id, rng, ..self }
    }

    pub(super) fn lives(&self, clock: &Clock) -> bool {
        self.times.is_none_or(|times| self.fired < times)
            && self.life.is_none_or(|life| !life.is_over(clock))
    }

    /// The rule as given, with its id and what became of it.
    pub(super) fn describe(&self, clock: &Clock) -> ShownRule {
        ShownRule {
            id: self.id.to_string(),
            spec: self.spec.clone(),
            matched: self.matched,
            fired: self.fired,
            active: self.lives(clock),
        }
    }

    /// Whether it fires at a request of which `hit` is known so far, which counts as a match. Of
    /// two answers, or two breakages, the first is given, and the second rule is not asked.
    ///
    /// That it fits the pattern was found out before.
    pub(super) fn fires(&mut self, clock: &Clock, hit: &Hit) -> bool {
        let answers = self.error.is_some() || self.effect.status.is_some();
        let taken = (answers && hit.answer.is_some())
            || (self.effect.connection.is_some() && hit.connection.is_some());
        if taken || !self.lives(clock) {
            return false;
        }
        self.matched += 1;
        if self.nth.as_ref().is_some_and(|n| !n.holds(&self.matched)) {
            return false;
        }
        let lot = |probability| self.rng.random::<f64>() < probability;
        let fires = self.probability.is_none_or(lot);
        self.fired += u64::from(fires);
        fires
    }

    /// Adds what it does to a request.
    pub(super) fn add_to(&mut self, hit: &mut Hit) {
        hit.rules.push(self.id);
        if let Some(delay) = &self.effect.delay_ms {
            hit.delay = hit.delay.saturating_add(delay.draw(&mut self.rng));
        }
        hit.connection = hit.connection.or(self.effect.connection);
        if let (Some(record), Some(kind)) = (&self.effect.record, self.record_error) {
            hit.records.push(RecordHit {
                rule: self.id,
                index: record.index.clone(),
                kind,
                applied: AtomicBool::new(false),
            });
        }
        if let Some(error) = &self.error {
            hit.answer = Some(error.clone());
        } else if let Some(status) = self.effect.status {
            let (body, json) = match &self.effect.body {
                None | Some(Json::Null) => (Vec::new(), false),
                Some(Json::String(text)) => (text.clone().into_bytes(), false),
                Some(other) => (other.to_string().into_bytes(), true),
            };
            hit.answer = Some(Planned::Any {
                status,
                body,
                json,
                headers: self.effect.headers.clone().into_iter().collect(),
            });
        }
    }

    /// Undoes a match at which it had nothing to do.
    pub(super) fn take_back(&mut self) {
        self.matched = self.matched.saturating_sub(1);
        self.fired = self.fired.saturating_sub(1);
    }
}

/// The pattern of a match, if there can be requests that fit.
fn pattern(on: &Match, names: &Names) -> Result<Pattern, String> {
    let within = |reason: String| format!("match: {reason}");
    let pattern = Json::Object(on.pattern.clone());
    let pattern = Pattern::read(&pattern).map_err(within)?;
    if pattern.status.is_some() {
        return Err(within(
            "a fault comes before the answer, which has no status yet".into(),
        ));
    }
    pattern.check(names).map_err(within)?;
    if on.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return Err(within("probability lies between 0 and 1".into()));
    }
    let nothing = |many: &OneOrMany<u64>| many.all().is_empty() || many.holds(&0);
    if on.nth.as_ref().is_some_and(nothing) {
        return Err(within("nth counts from 1".into()));
    }
    Ok(pattern)
}

/// The life of a rule that begins now; `None` for one that does not end.
fn life(ttl: Option<&Json>, clock: &Clock) -> Result<Option<Lifetime>, String> {
    let Some(ttl) = ttl else {
        return Ok(None);
    };
    let length = parse_duration(ttl).and_then(|length| Duration::try_from(length).ok());
    let length = length.filter(|length| !length.is_zero());
    let length = length.ok_or("ttl is a number of seconds or an ISO 8601 duration (PT30S)")?;
    Ok(Some(Lifetime::new(length, clock)))
}

/// Whether a header can be added to an answer: in form, and none of those that tell its length.
fn is_header(name: &str, value: &str) -> bool {
    let own = ["content-length", "transfer-encoding", "connection"];
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty()
        && name.bytes().all(token)
        && !own.iter().any(|known| name.eq_ignore_ascii_case(known))
        && value
            .bytes()
            .all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
}

/// The row of the catalogue with a code.
fn named(code: &str) -> Result<Code, String> {
    Code::named(code).ok_or_else(|| unknown(code, nearest_code(code)))
}

/// The error of the API or of the accounts server that has a name.
fn error_named(name: &str) -> Result<Planned, String> {
    let api = Code::named(name).map(Planned::Error);
    let known = api.or_else(|| AccountsError::named(name).map(Planned::Accounts));
    known.ok_or_else(|| unknown(name, nearest_error(name)))
}

fn unknown(name: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(near) => format!("unknown error \"{name}\"; did you mean \"{near}\"?"),
        None => format!("unknown error \"{name}\""),
    }
}

/// Whether an error of the accounts server comes from nothing but that server.
fn check_accounts(error: AccountsError, pattern: &Pattern, names: &Names) -> Result<(), String> {
    const OPERATIONS: &str = "oauth.";
    let by_path = |path: &String| path.starts_with("/oauth/");
    if pattern.is_of_operations(OPERATIONS, names) || pattern.path.as_ref().is_some_and(by_path) {
        return Ok(());
    }
    Err(format!(
        "effect: \"{}\" is an error of the accounts server; match its operations, as by \
         {{\"operation\":\"oauth.token\"}}",
        error.name()
    ))
}

/// The rows of the catalogue that an effect names for the answer and for records, if the effect
/// makes sense.
fn check(effect: &Effect) -> Result<(Option<Planned>, Option<Code>), String> {
    let error = effect.error.as_deref().map(error_named).transpose()?;
    let record = effect.record.as_ref();
    let record = record.map(|record| named(&record.error)).transpose()?;
    let answers = [error.is_some(), effect.status.is_some(), record.is_some()];
    let answers = answers.iter().filter(|given| **given).count();
    if answers == 0 && effect.delay_ms.is_none() && effect.connection.is_none() {
        return Err(
            "effect: one of error, status, delay_ms, connection and record is needed".into(),
        );
    }
    if answers > 1 {
        return Err("effect: error, status and record exclude each other".into());
    }
    if let Some(record) = &effect.record
        && record.index.all().is_empty()
    {
        return Err("effect: index names no record".into());
    }
    check_answer(effect)?;
    if effect.delay_ms.as_ref().is_some_and(|d| !d.is_sane()) {
        return Err(
            "effect: delay_ms is a number of milliseconds up to an hour, {min, max} or {median, sigma}"
                .into(),
        );
    }
    Ok((error, record))
}

/// Whether status, body and headers make an answer that can be sent.
fn check_answer(effect: &Effect) -> Result<(), String> {
    if effect.body.is_some() && matches!(effect.status, Some(204 | 304)) {
        return Err("effect: an answer with status 204 or 304 has no body".into());
    }
    for (name, value) in &effect.headers {
        if !is_header(name, value) {
            return Err(format!("effect: the header \"{name}\" cannot be sent"));
        }
    }
    if effect.status.is_none() && (effect.body.is_some() || !effect.headers.is_empty()) {
        return Err("effect: body and headers need a status".into());
    }
    if effect.status.is_some_and(|s| !(200..=599).contains(&s)) {
        return Err("effect: a status lies between 200 and 599".into());
    }
    Ok(())
}
