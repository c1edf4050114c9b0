//! Faults on demand: which requests fail, and how.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::clock::Clock;
use super::lifetime::{Lifetime, parse_duration};
use super::pattern::{Facts, Pattern};
use crate::error::Kind;
use crate::request::Method;
use crate::response::Breakage;
use crate::version::ApiVersion;

/// When a rule fires, as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Match {
    /// Which requests it looks at.
    #[serde(flatten)]
    pub pattern: PatternKeys,
    /// Which of them it fires at, counted from 1; at each without it.
    pub nth: Option<OneOrMany<u64>>,
    /// How probably it fires at each.
    pub probability: Option<f64>,
    /// `*`: requests of every org, not only of the one that it was made for.
    pub org: Option<String>,
}

/// A pattern whose unknown keys are still to be refused.
pub type PatternKeys = Map<String, Json>;

/// One value, or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number from 0 on, or a list of such")]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T: PartialEq> OneOrMany<T> {
    fn holds(&self, value: &T) -> bool {
        self.all().contains(value)
    }

    fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A length of time that may be drawn by lot.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "delay_ms is a number of milliseconds, {min, max} or {median, sigma}"
)]
pub enum Delay {
    /// Always the same, in milliseconds.
    Fixed(f64),
    /// Evenly between two, in milliseconds.
    Even(Even),
    /// Around a median, with a long tail, as networks have it.
    LogNormal(LogNormal),
}

/// See [`Delay::Even`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Even {
    min: f64,
    max: f64,
}

/// See [`Delay::LogNormal`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// In milliseconds.
    median: f64,
    /// The deviation of the logarithm.
    sigma: f64,
}

/// Longest delay, in milliseconds: an hour.
const LONGEST: f64 = 3_600_000.0;

impl Delay {
    fn is_sane(&self) -> bool {
        let fits = |ms: f64| (0.0..=LONGEST).contains(&ms);
        match self {
            Self::Fixed(ms) => fits(*ms),
            Self::Even(even) => fits(even.min) && fits(even.max) && even.min <= even.max,
            Self::LogNormal(log) => fits(log.median) && (0.0..=10.0).contains(&log.sigma),
        }
    }

    fn draw(&self, rng: &mut ChaCha12Rng) -> Duration {
        let ms = match self {
            Self::Fixed(ms) => *ms,
            Self::Even(even) => even.min + (even.max - even.min) * rng.random::<f64>(),
            Self::LogNormal(log) => {
                // Box and Muller
                let (a, b): (f64, f64) = (rng.random(), rng.random());
                let normal = (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
                log.median * (log.sigma * normal).exp()
            }
        };
        Duration::from_secs_f64(ms.clamp(0.0, LONGEST) / 1000.0)
    }
}

/// Which records of a batch fail, and with which error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFault {
    /// Their positions, from 0.
    pub index: OneOrMany<usize>,
    /// A code of the catalogue.
    pub error: String,
}

/// What a rule does, as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Effect {
    /// Zoho's own error of this code.
    pub error: Option<String>,
    /// An answer with this status …
    pub status: Option<u16>,
    /// … and this body; text as it is, anything else as JSON.
    pub body: Option<Json>,
    /// Further headers of that answer.
    pub headers: std::collections::BTreeMap<String, String>,
    /// The answer comes later.
    pub delay_ms: Option<Delay>,
    /// What happens to the connection.
    pub connection: Option<Connection>,
    /// Records of a batch fail.
    pub record: Option<RecordFault>,
}

/// What happens to the connection that an answer is sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// It ends without an answer, although the request was carried out.
    Reset,
    /// It ends within the body.
    Truncate,
    /// The body comes in small pieces.
    Slow,
    /// The body is no JSON.
    Garbage,
}

impl Connection {
    /// The word of rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Truncate => "truncate",
            Self::Slow => "slow",
            Self::Garbage => "garbage",
        }
    }
}

/// A rule, as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSpec {
    /// When it fires.
    #[serde(rename = "match")]
    pub on: Match,
    /// How often at most.
    pub times: Option<u64>,
    /// How long it lives: seconds, or an ISO 8601 duration.
    pub ttl: Option<Json>,
    /// What it does.
    pub effect: Effect,
}

/// A rule that has been checked.
#[derive(Debug)]
struct Rule {
    id: u64,
    /// As given.
    spec: Json,
    pattern: Pattern,
    nth: Option<OneOrMany<u64>>,
    probability: Option<f64>,
    times: Option<u64>,
    life: Option<Lifetime>,
    effect: Effect,
    error: Option<Kind>,
    record_error: Option<Kind>,
    rng: ChaCha12Rng,
    matched: u64,
    fired: u64,
}

impl Rule {
    fn lives(&self, clock: &Clock) -> bool {
        self.times.is_none_or(|times| self.fired < times)
            && self.life.is_none_or(|life| !life.is_over(clock))
    }

    fn describe(&self, clock: &Clock) -> Json {
        let mut json = json!({"id": self.id.to_string()});
        if let (Json::Object(json), Json::Object(spec)) = (&mut json, &self.spec) {
            json.extend(spec.clone());
            json.insert("matched".into(), self.matched.into());
            json.insert("fired".into(), self.fired.into());
            json.insert("active".into(), self.lives(clock).into());
        }
        json
    }
}

/// What the rules that fire do to one request.
#[derive(Debug, Default)]
pub struct Hit {
    /// The rules.
    pub rules: Vec<u64>,
    /// How long the answer takes.
    pub delay: Duration,
    /// An answer in place of the service's.
    pub answer: Option<Planned>,
    /// What happens to the connection.
    pub connection: Option<Connection>,
    /// Records of a batch that fail.
    pub records: Vec<RecordHit>,
}

/// Records of a batch that a rule lets fail.
#[derive(Debug)]
pub struct RecordHit {
    rule: u64,
    index: OneOrMany<usize>,
    kind: Kind,
    /// Whether there was such a record.
    applied: AtomicBool,
}

/// An answer that a rule gives.
#[derive(Clone, Debug)]
pub enum Planned {
    /// One of Zoho's errors.
    Error(Kind),
    /// Any other.
    Any {
        /// The status.
        status: u16,
        /// The body.
        body: Vec<u8>,
        /// Whether the body is JSON.
        json: bool,
        /// Further headers.
        headers: Vec<(String, String)>,
    },
}

impl Hit {
    /// The error with which the record at a position of the batch is to fail.
    #[must_use]
    pub fn record(&self, index: usize) -> Option<Kind> {
        let mut found = self.records.iter().filter(|hit| hit.index.holds(&index));
        let hit = found.next()?;
        hit.applied.store(true, Ordering::Relaxed);
        Some(hit.kind)
    }

    /// The rules about records of which there was none in the request.
    #[must_use]
    pub fn in_vain(&self) -> Vec<u64> {
        let hits = self.records.iter();
        let hits = hits.filter(|hit| !hit.applied.load(Ordering::Relaxed));
        hits.map(|hit| hit.rule).collect()
    }

    /// What the edge is to do to the connection.
    #[must_use]
    pub fn breakage(&self) -> Option<Breakage> {
        match self.connection? {
            Connection::Reset => Some(Breakage::Reset),
            Connection::Truncate => Some(Breakage::Truncate),
            Connection::Slow => Some(Breakage::Slow),
            Connection::Garbage => None,
        }
    }
}

/// The rules of an org, or those for all orgs.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    /// Spares requests the lock.
    any: AtomicBool,
    inner: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    list: Vec<Rule>,
    last_id: u64,
}

impl Faults {
    /// No rules yet; chance is a function of `seed` and of the rule's number.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            any: AtomicBool::new(false),
            inner: Mutex::default(),
        }
    }

    /// Adds a rule; gives its id.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn add(&self, given: &Json, clock: &Clock) -> Result<u64, String> {
        if !given.is_object() {
            return Err("a rule is a JSON object".into());
        }
        let spec: RuleSpec = serde_json::from_value(given.clone()).map_err(|e| e.to_string())?;
        let pattern: Pattern = serde_json::from_value(Json::Object(spec.on.pattern.clone()))
            .map_err(|e| format!("match: {e}"))?;
        if pattern.status.is_some() {
            return Err("match: a fault comes before the answer, which has no status yet".into());
        }
        let effect = spec.effect;
        let (error, record_error) = check(&effect)?;
        if let Some(probability) = spec.on.probability
            && !(0.0..=1.0).contains(&probability)
        {
            return Err("match: probability lies between 0 and 1".into());
        }
        let nothing = |many: &OneOrMany<u64>| many.all().is_empty() || many.holds(&0);
        if spec.on.nth.as_ref().is_some_and(nothing) {
            return Err("match: nth counts from 1".into());
        }
        if let Some(method) = &pattern.method
            && Method::parse(&method.to_ascii_uppercase()).is_none()
        {
            return Err(format!("match: no operation has the method \"{method}\""));
        }
        if let Some(version) = &pattern.version
            && !version.contains('*')
            && ApiVersion::parse(version).is_none()
        {
            return Err(format!(
                "match: there is no version \"{version}\", only v2 to v8"
            ));
        }
        if spec.times == Some(0) {
            return Err("times is at least 1".into());
        }
        let life = match &spec.ttl {
            None | Some(Json::Null) => None,
            Some(ttl) => {
                let length = parse_duration(ttl).and_then(|d| Duration::try_from(d).ok());
                let length = length.filter(|length| !length.is_zero());
                let length =
                    length.ok_or("ttl is a number of seconds or an ISO 8601 duration (PT30S)")?;
                Some(Lifetime::new(length, clock))
            }
        };
        let mut rules = self.inner.lock();
        rules.last_id += 1;
        let id = rules.last_id;
        rules.list.push(Rule {
            id,
            spec: given.clone(),
            pattern,
            nth: spec.on.nth,
            probability: spec.on.probability,
            times: spec.times,
            life,
            effect,
            error,
            record_error,
            rng: ChaCha12Rng::seed_from_u64(self.seed ^ id.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            matched: 0,
            fired: 0,
        });
        self.any.store(true, Ordering::Release);
        Ok(id)
    }

    /// What happens to a request. Rules are asked in the order of their making; the first that
    /// gives an answer keeps later ones from giving theirs, delays add up.
    #[must_use]
    pub fn hit(&self, facts: &Facts<'_>, clock: &Clock) -> Option<Hit> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut hit = Hit::default();
        for rule in &mut self.inner.lock().list {
            let answers = rule.error.is_some() || rule.effect.status.is_some();
            let taken = (answers && hit.answer.is_some())
                || (rule.effect.connection.is_some() && hit.connection.is_some());
            if taken || !rule.lives(clock) || !rule.pattern.fits(facts) {
                continue;
            }
            rule.matched += 1;
            if rule.nth.as_ref().is_some_and(|n| !n.holds(&rule.matched)) {
                continue;
            }
            if let Some(probability) = rule.probability
                && rule.rng.random::<f64>() >= probability
            {
                continue;
            }
            rule.fired += 1;
            hit.rules.push(rule.id);
            if let Some(delay) = &rule.effect.delay_ms {
                hit.delay = hit.delay.saturating_add(delay.draw(&mut rule.rng));
            }
            hit.connection = hit.connection.or(rule.effect.connection);
            if let (Some(record), Some(kind)) = (&rule.effect.record, rule.record_error) {
                hit.records.push(RecordHit {
                    rule: rule.id,
                    index: record.index.clone(),
                    kind,
                    applied: AtomicBool::new(false),
                });
            }
            if let Some(kind) = rule.error {
                hit.answer = Some(Planned::Error(kind));
            } else if let Some(status) = rule.effect.status {
                let (body, json) = match &rule.effect.body {
                    None | Some(Json::Null) => (Vec::new(), false),
                    Some(Json::String(text)) => (text.clone().into_bytes(), false),
                    Some(other) => (other.to_string().into_bytes(), true),
                };
                hit.answer = Some(Planned::Any {
                    status,
                    body,
                    json,
                    headers: rule.effect.headers.clone().into_iter().collect(),
                });
            }
        }
        (!hit.rules.is_empty()).then_some(hit)
    }

    /// Takes it back that rules have fired, since there was nothing for them to do.
    pub fn take_back(&self, rules: &[u64]) {
        for rule in &mut self.inner.lock().list {
            if rules.contains(&rule.id) {
                rule.matched = rule.matched.saturating_sub(1);
                rule.fired = rule.fired.saturating_sub(1);
            }
        }
    }

    /// The rules with what became of them.
    #[must_use]
    pub fn list(&self, clock: &Clock) -> Vec<Json> {
        let rules = self.inner.lock();
        rules.list.iter().map(|rule| rule.describe(clock)).collect()
    }

    /// One rule with what became of it.
    #[must_use]
    pub fn get(&self, id: u64, clock: &Clock) -> Option<Json> {
        let rules = self.inner.lock();
        let rule = rules.list.iter().find(|rule| rule.id == id)?;
        Some(rule.describe(clock))
    }

    /// How often the rules have fired in all.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.inner.lock().list.iter().map(|rule| rule.fired).sum()
    }

    /// Takes a rule away; false if there is none of that id.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.inner.lock();
        let before = rules.list.len();
        rules.list.retain(|rule| rule.id != id);
        self.any.store(!rules.list.is_empty(), Ordering::Release);
        rules.list.len() < before
    }

    /// Takes all rules away. Ids are not used again.
    pub fn clear(&self) {
        self.inner.lock().list.clear();
        self.any.store(false, Ordering::Release);
    }
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

/// The rows of the catalogue that an effect names, if it makes sense.
fn check(effect: &Effect) -> Result<(Option<Kind>, Option<Kind>), String> {
    let named = |code: &Option<String>| match code {
        None => Ok(None),
        Some(code) => {
            Kind::named(code)
                .map(Some)
                .ok_or_else(|| match crate::error::nearest_code(code) {
                    Some(near) => format!("unknown error \"{code}\"; did you mean \"{near}\"?"),
                    None => format!("unknown error \"{code}\""),
                })
        }
    };
    let error = named(&effect.error)?;
    let record = named(&effect.record.as_ref().map(|r| r.error.clone()))?;
    if error.is_none()
        && effect.status.is_none()
        && effect.delay_ms.is_none()
        && effect.connection.is_none()
        && record.is_none()
    {
        return Err(
            "effect: one of error, status, delay_ms, connection and record is needed".into(),
        );
    }
    let answers = [error.is_some(), effect.status.is_some(), record.is_some()];
    if answers.iter().filter(|given| **given).count() > 1 {
        return Err("effect: error, status and record exclude each other".into());
    }
    if let Some(record) = &effect.record
        && record.index.all().is_empty()
    {
        return Err("effect: index names no record".into());
    }
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
    if effect
        .status
        .is_some_and(|status| !(200..=599).contains(&status))
    {
        return Err("effect: a status lies between 200 and 599".into());
    }
    if effect.delay_ms.as_ref().is_some_and(|d| !d.is_sane()) {
        return Err(
            "effect: delay_ms is a number of milliseconds up to an hour, {min, max} or {median, sigma}"
                .into(),
        );
    }
    Ok((error, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(path: &'static str) -> Facts<'static> {
        Facts::new("records.insert", "POST", path, "", b"").module("Leads")
    }

    #[test]
    fn rules_fire_when_they_say() {
        let clock = Clock::fixed(1_000);
        for (rule, expected) in [
            (json!({"effect": {"error": "INTERNAL_ERROR"}}), "xxxxxx"),
            (
                json!({"match": {"nth": 2}, "effect": {"error": "INTERNAL_ERROR"}}),
                ".x....",
            ),
            (
                json!({"match": {"nth": [1, 4]}, "effect": {"status": 503}}),
                "x..x..",
            ),
            (json!({"times": 2, "effect": {"status": 503}}), "xx...."),
            (
                json!({"match": {"module": "Deals"}, "effect": {"status": 503}}),
                "......",
            ),
            (
                json!({"match": {"probability": 0}, "effect": {"status": 503}}),
                "......",
            ),
            (
                json!({"match": {"probability": 1}, "effect": {"status": 503}}),
                "xxxxxx",
            ),
        ] {
            let faults = Faults::new(7);
            faults.add(&rule, &clock).expect("a rule");
            let fired: String = (0..6)
                .map(|_| match faults.hit(&facts("/crm/v8/Leads"), &clock) {
                    Some(_) => 'x',
                    None => '.',
                })
                .collect();
            assert_eq!(fired, expected, "{rule}");
            let state = faults.get(1, &clock).expect("its state");
            assert_eq!(state["fired"], expected.matches('x').count(), "{state}");
        }
    }

    #[test]
    fn chance_follows_the_seed() {
        let clock = Clock::fixed(0);
        let draw = |seed| -> Vec<bool> {
            let faults = Faults::new(seed);
            let rule = json!({"match": {"probability": 0.5}, "effect": {"delay_ms": {"min": 0, "max": 9}}});
            faults.add(&rule, &clock).expect("a rule");
            (0..64)
                .map(|_| faults.hit(&facts("/"), &clock).is_some())
                .collect()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let fired = draw(1).iter().filter(|f| **f).count();
        assert!((16..48).contains(&fired), "{fired}");
    }

    #[test]
    fn effects_join_and_rules_end() {
        let clock = Clock::fixed(0);
        let faults = Faults::new(0);
        for rule in [
            json!({"effect": {"delay_ms": 100}}),
            json!({"effect": {"delay_ms": 20, "error": "RECORD_LOCKED"}, "ttl": "PT5S"}),
            json!({"effect": {"status": 500}}),
            json!({"effect": {"record": {"index": [1, 2], "error": "RECORD_LOCKED"}}}),
            json!({"effect": {"connection": "truncate"}}),
        ] {
            faults.add(&rule, &clock).expect("a rule");
        }
        let hit = faults.hit(&facts("/"), &clock).expect("a hit");
        assert_eq!(hit.rules, [1, 2, 4, 5]);
        assert_eq!(hit.delay, Duration::from_millis(120));
        assert!(matches!(
            hit.answer,
            Some(Planned::Error(Kind::RecordLocked))
        ));
        assert_eq!(hit.record(2), Some(Kind::RecordLocked));
        assert_eq!(hit.record(0), None);
        clock.advance(5).expect("in range");
        let hit = faults.hit(&facts("/"), &clock).expect("a hit");
        assert_eq!(hit.rules, [1, 3, 4, 5]);
        assert!(faults.remove(3) && !faults.remove(3));
        faults.clear();
        assert!(faults.hit(&facts("/"), &clock).is_none());
        let next = faults.add(&json!({"effect": {"status": 500}}), &clock);
        assert_eq!(next, Ok(6));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let clock = Clock::fixed(0);
        let faults = Faults::new(0);
        for (rule, part) in [
            (json!([]), "a JSON object"),
            (json!({}), "one of error"),
            (json!({"efect": {}}), "unknown field `efect`"),
            (
                json!({"match": {"modul": "Leads"}, "effect": {"status": 500}}),
                "unknown field `modul`",
            ),
            (
                json!({"match": {"status": 200}, "effect": {"status": 500}}),
                "no status yet",
            ),
            (
                json!({"match": {"probability": 2}, "effect": {"status": 500}}),
                "between 0 and 1",
            ),
            (
                json!({"effect": {"error": "TO_MANY_REQUESTS"}}),
                "did you mean \"TOO_MANY_REQUESTS\"?",
            ),
            (
                json!({"effect": {"error": "X", "status": 500}}),
                "unknown error",
            ),
            (
                json!({"effect": {"error": "INTERNAL_ERROR", "status": 500}}),
                "exclude each other",
            ),
            (json!({"effect": {"body": {}}}), "one of error"),
            (
                json!({"effect": {"delay_ms": 1, "body": {}}}),
                "need a status",
            ),
            (json!({"effect": {"status": 99}}), "between 200 and 599"),
            (json!({"effect": {"delay_ms": -1}}), "up to an hour"),
            (
                json!({"effect": {"delay_ms": {"min": 5, "max": 1}}}),
                "up to an hour",
            ),
            (
                json!({"effect": {"connection": "cut"}}),
                "unknown variant `cut`",
            ),
            (
                json!({"effect": {"record": {"index": 0}}}),
                "missing field `error`",
            ),
            (json!({"effect": {"status": 500}, "ttl": "soon"}), "ttl is"),
            (json!({"effect": {"status": 500}, "ttl": -1}), "ttl is"),
            (json!({"effect": {"status": 500}, "times": 0}), "at least 1"),
            (json!({"effect": {"status": 500}, "ttl": 0}), "ttl is"),
            (
                json!({"match": {"nth": 0}, "effect": {"status": 500}}),
                "counts from 1",
            ),
            (
                json!({"match": {"nth": []}, "effect": {"status": 500}}),
                "counts from 1",
            ),
            (
                json!({"match": {"nth": -1}, "effect": {"status": 500}}),
                "a number from 0 on",
            ),
            (
                json!({"match": {"method": "FOO"}, "effect": {"status": 500}}),
                "the method",
            ),
            (
                json!({"match": {"version": "v9"}, "effect": {"status": 500}}),
                "no version",
            ),
            (
                json!({"effect": {"status": 204, "body": "x"}}),
                "has no body",
            ),
            (
                json!({"effect": {"status": 500, "headers": {"a\r\nb": "c"}}}),
                "cannot be sent",
            ),
            (
                json!({"effect": {"status": 500, "headers": {"Content-Length": "9"}}}),
                "cannot be sent",
            ),
            (json!({"effect": {"delay_ms": {"min": 1}}}), "delay_ms is"),
        ] {
            let refused = faults.add(&rule, &clock).expect_err("refused");
            assert!(refused.contains(part), "{rule}: {refused}");
        }
        assert!(faults.list(&clock).is_empty());
    }
}
