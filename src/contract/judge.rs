//! One request, and its answer.

use super::findings::Findings;
use super::request::JudgedRequest;
use super::service::Service;
use super::{answer, body, headers, params, path};
use crate::response::Response;
use crate::runtime::violation::Violation;

/// What is wrong with a request, as far as it can be known before its handler runs.
#[must_use]
pub fn judge(judged: &JudgedRequest<'_>) -> Vec<Violation> {
    let mut findings = Findings::default();
    let surface = Service::of(judged.request.path);
    path::judge(judged, &mut findings);
    if surface == Service::Other {
        return findings.finish();
    }
    headers::judge(judged, surface, &mut findings);
    if let Some(endpoint) = judged.endpoint {
        let module = judged.module();
        params::judge(judged, endpoint, module, &mut findings);
        body::judge(judged, endpoint, module, &mut findings);
    }
    findings.finish()
}

/// What the answer to a request shows. `status` is the one that was sent, whatever `answer` says.
#[must_use]
pub fn judge_answer(judged: &JudgedRequest<'_>, status: u16, answer: &Response) -> Vec<Violation> {
    let mut findings = Findings::default();
    let surface = Service::of(judged.request.path);
    if surface != Service::Other {
        answer::judge(judged, status, &answer.body, &mut findings);
    }
    findings.finish()
}
