use serde_json::json;

use super::*;
use crate::contract::rules::{UNKNOWN_PARAM, VALUE_CASE};

fn recorded() -> Vec<Recorded> {
    let one = |violation, request_id| Recorded {
        violation,
        operation: "records.list",
        request_id,
        method: "GET".into(),
        target: "/crm/v8/Leads?access_token=secret".into(),
        label: "".into(),
    };
    vec![
        one(UNKNOWN_PARAM.broken("$.query.foo", "no \"foo\" <here>"), 3),
        one(UNKNOWN_PARAM.broken("$.query.bar", "no \"bar\""), 4),
        one(VALUE_CASE.broken("$.query.value_case", "500 records"), 4),
    ]
}

fn observed() -> Vec<Observation> {
    let one = |operation, version, status, count| Observation {
        operation,
        version,
        status,
        count,
    };
    vec![
        one("records.list", ApiVersion::V8, 200, 2),
        one("records.list", ApiVersion::V2, 418, 1),
        one("records.list", ApiVersion::V2, 401, 1),
        one("org.get", ApiVersion::V8, 200, 1),
    ]
}

#[test]
fn numbers() {
    let report = of(&recorded(), &observed());
    let summary = &report.summary;
    assert_eq!((summary.error, summary.warning, summary.info), (2, 1, 0));
    assert_eq!(summary.rules["query.unknown_param"], 2);
    let coverage = &report.coverage;
    assert_eq!(coverage.operations, endpoints().count());
    assert_eq!(coverage.exercised, 2);
    assert_eq!(coverage.not_exercised.len(), coverage.operations - 2);
    assert_eq!(
        coverage.versions,
        BTreeMap::from([("v2".into(), 2), ("v8".into(), 3)])
    );
    assert_eq!(coverage.outcomes.seen, 2);
    assert!(
        coverage
            .outcomes
            .missing
            .contains(&outcome("records.list", 304))
    );
    assert_eq!(coverage.outcomes.undeclared, [outcome("records.list", 418)]);
    assert_eq!(
        (percent(1, 3), percent(2, 2), percent(0, 0)),
        (33.3, 100.0, 100.0)
    );
}

#[test]
fn the_form_of_the_json() {
    let report = of(&recorded(), &observed());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["violations"][0],
        json!({
            "rule": "query.unknown_param", "severity": "error", "operation": "records.list",
            "path": "$.query.foo", "message": "no \"foo\" <here>", "advice": UNKNOWN_PARAM.advice,
            "request_id": 3, "request": "GET /crm/v8/Leads",
        })
    );
    let read: Report = serde_json::from_value(json).unwrap();
    assert_eq!(read, report);
}

#[cfg(feature = "admin")]
#[test]
fn junit_has_a_case_a_rule() {
    let report = of(&recorded(), &observed());
    let errors = report.junit(Severity::Error).unwrap();
    assert_eq!(
        errors.matches("<testcase ").count(),
        crate::contract::RULES.len()
    );
    assert_eq!(errors.matches("<failure ").count(), 1);
    assert!(errors.contains("request 3 (GET /crm/v8/Leads), $.query.foo: no "));
    assert!(errors.contains("&lt;here&gt;") && !errors.contains("secret"));
    assert!(errors.contains("coverage.percent"));
    let warnings = report.junit(Severity::Warning).unwrap();
    assert_eq!(warnings.matches("<failure ").count(), 2);
}
