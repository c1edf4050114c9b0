//! Tests of the runner itself: what it reads, what it takes for equal, and what it rewrites.

use libtest_mimic::Trial;
use serde_json::json;

use crate::case::{Mode, parse};
use crate::pretty::pretty;
use crate::rewrite::rewrite;
use crate::run::run;

/// The tests.
pub(crate) fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 9] = [
        ("text_is_read_into_cases", text_is_read_into_cases),
        (
            "json_may_stand_on_several_lines",
            json_may_stand_on_several_lines,
        ),
        ("long_values_are_indented", long_values_are_indented),
        (
            "a_file_that_passes_is_left_alone",
            a_file_that_passes_is_left_alone,
        ),
        ("a_rewritten_file_passes", a_rewritten_file_passes),
        ("what_still_holds_is_kept", what_still_holds_is_kept),
        ("a_status_is_rewritten_alone", a_status_is_rewritten_alone),
        ("bodies_come_and_go", bodies_come_and_go),
        (
            "what_differs_by_version_is_refused",
            what_differs_by_version_is_refused,
        ),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("runner::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

/// Whether every case of a text passes under all its versions.
fn passes(text: &str) -> bool {
    parse(text, "a").iter().all(|case| {
        let mut versions = case.versions.iter();
        versions.all(|version| run(case, *version, &mut |_, _, _| ()).is_ok())
    })
}

/// Rewrites a text that fails; what comes of it passes, and is not changed again.
fn rewritten(text: &str) -> String {
    assert!(!passes(text), "it passes as it is:\n{text}");
    let new = rewrite(text, "a").unwrap_or_else(|why| panic!("{why}"));
    assert!(passes(&new), "{new}");
    assert_eq!(rewrite(&new, "a").as_ref(), Ok(&new));
    new
}

fn text_is_read_into_cases() {
    let text = "a comment\n# One\n@version v2-v3\n@auth off\n\nPOST /a?b=c\nX-One: 1\n{\"d\":1}\n\
                --- 200 ordered\n{}\n# Two\n; said\nGET /e\n--- 204\n\nGET /f\n--- 400 contains x y\n";
    let cases = parse(text, "a");
    let [one, two] = cases.as_slice() else {
        panic!("{cases:?}");
    };
    assert_eq!(
        (one.line, one.title.as_str(), one.versions.len()),
        (2, "One", 3)
    );
    let step = &one.steps[0];
    assert_eq!(step.headers, [("X-One".to_owned(), "1".to_owned())]);
    assert_eq!(
        (step.body.as_str(), step.lines.clone()),
        ("{\"d\":1}", 8..10)
    );
    assert_eq!(
        (step.expected.status, step.expected.mode),
        (200, Mode::Ordered)
    );
    assert_eq!(two.steps[0].expected.text, "");
    assert_eq!(
        (
            two.steps[1].expected.mode,
            two.steps[1].expected.text.as_str()
        ),
        (Mode::Contains, "x y")
    );
}

fn json_may_stand_on_several_lines() {
    let case = "# A\n@version v8\nGET /crm/{v}/Nope\n--- 400\n";
    let answer =
        r#"{"code":"INVALID_MODULE","details":{"...":0},"message":"[string]","status":"error"}"#;
    assert!(passes(&format!("{case}{answer}\n")));
    let several = answer.replace(",\"", ",\n  \"");
    assert!(passes(&format!("{case}{several}\n")));
    // the order of keys counts where it is said to count, on one line or several
    let ordered = case.replace("400", "400 ordered");
    assert!(passes(&format!("{ordered}{several}\n")));
    let other =
        r#"{"details":{"...":0},"code":"INVALID_MODULE","message":"[string]","status":"error"}"#;
    assert!(passes(&format!("{case}{other}\n")));
    assert!(!passes(&format!("{ordered}{other}\n")));
}

fn long_values_are_indented() {
    let short = json!({"a": [1, {"b": null}]});
    assert_eq!(pretty(&short), r#"{"a":[1,{"b":null}]}"#);
    let long = "x".repeat(60);
    let value = json!({"data": [{"name": long, "other": long}], "empty": []});
    assert_eq!(
        pretty(&value),
        format!(
            "{{\n  \"data\": [\n    {{\n      \"name\": \"{long}\",\n      \"other\": \"{long}\"\n    }}\n  ],\n  \"empty\": []\n}}"
        )
    );
}

/// A lead is made, and read again.
fn lead(inserted: &str, read: &str) -> String {
    format!(
        "said before\n\n# A lead\n@version v3-v8\n\n; a remark\nPOST /crm/{{v}}/Leads\n\
         {{\"data\":[{{\"Last_Name\":\"Rao\"}}]}}\n{inserted}\n\n\n\
         GET /crm/{{v}}/Leads/{{$lead}}?fields=Last_Name,Owner\n{read}\n\n# Another case\n"
    )
}

const INSERTED: &str = r#"--- 201
{"data":[{"code":"SUCCESS","details":{"id":"$lead","Created_Time":"[time]","...":0},"message":"record added","status":"success"}]}"#;

const READ: &str = r#"--- 200
{"data":[{"Last_Name":"Rao","Owner":{"...":0},"id":"$lead"}]}"#;

fn a_file_that_passes_is_left_alone() {
    let text = lead(INSERTED, READ);
    assert!(passes(&text));
    assert_eq!(rewrite(&text, "a"), Ok(text.clone()));
    assert_eq!(
        rewrite(text.trim_end(), "a"),
        Ok(text.trim_end().to_owned())
    );
}

fn a_rewritten_file_passes() {
    let new = rewritten(&lead(INSERTED, "--- 200\n{\"data\":[]}"));
    let (before, _) = lead(INSERTED, "--- 200").split_once("--- 200").map_or_else(
        || panic!("no second step"),
        |(before, after)| (before.to_owned(), after.to_owned()),
    );
    // what stands before and behind the answer is as it was
    assert!(new.starts_with(&before), "{new}");
    assert!(new.ends_with("\n}\n\n# Another case\n"), "{new}");
    // an id that was remembered is known again
    assert!(
        new.contains("\"id\": \"$lead\"") || new.contains("\"id\":\"$lead\""),
        "{new}"
    );
    assert!(new.contains("\"email\":\"patricia@example.com\""), "{new}");
}

fn what_still_holds_is_kept() {
    let wrong = INSERTED.replace("record added", "record was added");
    let new = rewritten(&lead(&wrong, READ));
    let details = r#""details": {"id":"$lead","Created_Time":"[time]","...":0},"#;
    assert!(new.contains(details), "{new}");
    assert!(new.contains(READ), "the second step is as it was: {new}");
    let wrong = READ
        .replace("Rao", "[number]")
        .replace("\"Owner\":{\"...\":0},", "");
    let new = rewritten(&lead(INSERTED, &wrong));
    assert!(new.contains(INSERTED) && new.contains("\"Rao\""), "{new}");
    // a list that is open stays open
    let list = "# List\n@version v8\nGET /crm/{v}/settings/roles\n--- 200\n\
                {\"roles\":[{\"name\":\"Nobody\",\"...\":0},\"...\"]}\n";
    let new = rewritten(list);
    assert_eq!(new.replace("CEO", "Nobody"), list);
}

fn a_status_is_rewritten_alone() {
    let text = lead(&INSERTED.replace("201", "200"), READ);
    assert_eq!(rewritten(&text), lead(INSERTED, READ));
    let text = "# A\nGET /crm/{v}/Nope\n--- 404 contains INVALID_MODULE\n";
    assert_eq!(rewritten(text), text.replace("404", "400"));
}

fn bodies_come_and_go() {
    let text = "# A\n@version v8\nGET /crm/{v}/Leads/5725767000000999999\n--- 200\n{\"data\":[]}\n";
    let none = text.replace("--- 200\n{\"data\":[]}", "--- 204");
    assert_eq!(rewritten(text), none);
    let text = "# A\n@version v8\nGET /crm/{v}/Nope\n--- 204\n\n# B\n";
    let new = rewritten(text);
    assert!(
        new.contains("--- 400\n{") && new.ends_with("}\n\n# B\n"),
        "{new}"
    );
}

fn what_differs_by_version_is_refused() {
    let text = "# A\n@version v2,v8\nGET /crm/{v}/Leads\n--- 200\n{\"data\":[]}\n";
    let why = rewrite(text, "a").expect_err("one text cannot serve");
    assert!(
        why.contains("a.scn:1") && why.contains("versions answer differently"),
        "{why}"
    );
    let text = "# A\n@version v8\nGET /crm/{v}/Nope\n--- 400 contains SOMETHING\n";
    assert!(rewrite(text, "a").is_err());
}
