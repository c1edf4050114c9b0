//! Answers about metadata that are kept as they were given: nothing but the metadata, the settings,
//! the users and the question decides about them, and to build one takes a millisecond.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::error::Wording;
use crate::ids::Id;
use crate::response::Response;
use crate::schema::Schema;
use crate::store::{OrgInfo, OrgState, SettingMap};
use crate::version::ApiVersion;

/// How many answers are kept, and how many bytes they may take together.
const MOST: usize = 256;
const MOST_BYTES: usize = 8 << 20;
/// How many answers to one question are kept, of orgs that differ.
const MOST_ALIKE: usize = 4;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerKey {
    /// The operation.
    pub operation: &'static str,
    /// The version of the API.
    pub version: ApiVersion,
    /// Whose words are used.
    pub wording: Wording,
    /// The variables of the path and the parameters, in the order in which they came.
    pub given: Vec<(String, String)>,
}

/// What decides about answers besides the question. Parts of a state that nobody has changed since
/// are the same in memory, in forks and restored states as well.
#[derive(Clone, Debug)]
struct Basis {
    schema: Arc<Schema>,
    settings: Arc<BTreeMap<&'static str, SettingMap>>,
    info: Arc<OrgInfo>,
    people: u64,
    user: Id,
}

impl Basis {
    fn of(state: &OrgState) -> Self {
        Self {
            schema: Arc::clone(&state.schema),
            settings: Arc::clone(&state.settings),
            info: Arc::clone(&state.info),
            people: state.names.people(),
            user: state.current_user,
        }
    }

    fn is_of(&self, state: &OrgState) -> bool {
        Arc::ptr_eq(&self.schema, &state.schema)
            && Arc::ptr_eq(&self.settings, &state.settings)
            && Arc::ptr_eq(&self.info, &state.info)
            && self.people == state.names.people()
            && self.user == state.current_user
    }
}

/// An answer that is kept.
#[derive(Debug)]
struct KeptAnswer {
    basis: Basis,
    question: AnswerKey,
    status: u16,
    content_type: Option<&'static str>,
    body: Bytes,
}

/// The answers that are kept, the newest last; the oldest go first.
#[derive(Debug, Default)]
pub struct Answers(Mutex<KeptAnswers>);

#[derive(Debug, Default)]
struct KeptAnswers {
    all: VecDeque<KeptAnswer>,
    bytes: usize,
}

impl Answers {
    /// The answer that a question has in a state, if it is kept.
    #[must_use]
    pub fn find(&self, state: &OrgState, question: &AnswerKey) -> Option<Response> {
        let kept = self.0.lock();
        let fits = |answer: &&KeptAnswer| answer.question == *question && answer.basis.is_of(state);
        let answer = kept.all.iter().rev().find(fits)?;
        Some(Response {
            status: answer.status,
            body: answer.body.clone(),
            content_type: answer.content_type,
            ..Response::default()
        })
    }

    /// Keeps an answer that was made between two states, if it is the same in both. One with headers,
    /// or with something that the edge does to it, is not kept.
    pub fn keep(&self, between: [&OrgState; 2], question: AnswerKey, answer: &Response) {
        let basis = Basis::of(between[0]);
        let bytes = answer.body.len();
        let plain = answer.headers.is_empty() && answer.wire.is_none();
        if !plain || bytes > MOST_BYTES / 4 || !basis.is_of(between[1]) {
            return;
        }
        let mut kept = self.0.lock();
        let KeptAnswers { all, bytes: sum } = &mut *kept;
        let alike = |known: &KeptAnswer| known.question == question;
        if all.iter().filter(|known| alike(known)).count() >= MOST_ALIKE
            && let Some(oldest) = all.iter().position(alike)
            && let Some(gone) = all.remove(oldest)
        {
            *sum -= gone.body.len();
        }
        all.push_back(KeptAnswer {
            basis,
            question,
            status: answer.status,
            content_type: answer.content_type,
            body: answer.body.clone(),
        });
        *sum += bytes;
        while all.len() > MOST || *sum > MOST_BYTES {
            let Some(oldest) = all.pop_front() else { break };
            *sum -= oldest.body.len();
        }
    }
}
