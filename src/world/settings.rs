//! How a server was configured.

use crate::error::Wording;
use crate::runtime::auth::AuthMode;
use crate::runtime::callees::Callees;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::Limited;
use crate::runtime::visitors::Visitors;
use crate::store::blob;

/// How a server was configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which tokens are taken.
    pub auth: AuthMode,
    /// The wording of every version, if one was chosen.
    pub wording: Option<Wording>,
    /// What chance depends on.
    pub rng_seed: u64,
    /// Whether there is a control plane.
    pub admin: bool,
    /// Who may talk to the server.
    pub visitors: Visitors,
    /// A proxy stands in front that tells where callers wanted to go.
    pub behind_proxy: bool,
    /// Requests that break the contract are refused.
    pub strict: bool,
    /// Entries of each org's journal.
    pub journal: usize,
    /// Limits of each org.
    pub limited: Limited,
    /// How jobs advance.
    pub jobs: Vec<JobSetting>,
    /// Whom it calls back.
    pub callees: Callees,
    /// Bytes that files may take, those of all orgs together.
    pub files: u64,
    /// The seeds by name, for people.
    pub seeds: Vec<String>,
}

/// Entries of a journal unless said otherwise.
pub const JOURNAL: usize = 1_000;

impl Default for Settings {
    fn default() -> Self {
        Self {
            auth: AuthMode::default(),
            wording: None,
            rng_seed: 0,
            admin: true,
            visitors: Visitors::default(),
            behind_proxy: false,
            strict: false,
            journal: JOURNAL,
            limited: Limited::default(),
            jobs: Vec::new(),
            callees: Callees::default(),
            files: blob::BUDGET,
            seeds: Vec::new(),
        }
    }
}
