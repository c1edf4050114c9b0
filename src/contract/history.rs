//! Rules over several requests.

use super::rules::{REFRESH_TOO_OFTEN, SUPERSEDED};
use super::{Asked, Found, Surface, Violation};
use crate::version::ApiVersion;

/// How old an access token is at least when the next one is reasonably asked for, in
/// microseconds: three quarters of its life.
const FRESH: i64 = 45 * 60 * 1_000_000;

/// What is remembered of an org's requests: a few numbers, whatever their number is.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Old versions that were told of.
    told: Vec<ApiVersion>,
    /// When the last access token was made from a refresh token, in microseconds.
    refreshed: Option<i64>,
}

impl History {
    /// Takes note of a request that was answered with `status` at `at` (microseconds of a clock
    /// that does not go back), and says what it shows together with earlier ones.
    pub fn note(&mut self, asked: &Asked<'_>, status: u16, at: i64) -> Vec<Violation> {
        let mut found = Found::default();
        match Surface::of(asked.request.path) {
            Surface::Api => self.version(asked.version, &mut found),
            Surface::Accounts => self.accounts(asked, status, at, &mut found),
            Surface::Other => {}
        }
        found.0
    }

    /// Tells of an old version once.
    fn version(&mut self, version: ApiVersion, found: &mut Found) {
        if version.is_superseded() && !self.told.contains(&version) {
            self.told.push(version);
            found.add(&SUPERSEDED, "$.path.v", format!("{version} is in use"));
        }
    }

    fn accounts(&mut self, asked: &Asked<'_>, status: u16, at: i64, found: &mut Found) {
        if asked.params.get("grant_type") != Some("refresh_token") || status != 200 {
            return;
        }
        if let Some(before) = self.refreshed.replace(at)
            && (0..FRESH).contains(&(at - before))
        {
            let seconds = (at - before) / 1_000_000;
            let message = format!("the last access token is {seconds} s old");
            found.add(&REFRESH_TOO_OFTEN, "$.body.grant_type", message);
        }
    }
}
