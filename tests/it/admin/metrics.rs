//! Metrics, in the form that Prometheus reads.

use zoho_crm_mock::MockServer;

use super::{call, start};

/// The text form is lines of comments and samples; every sample belongs to a family.
#[tokio::test]
async fn metrics_are_prometheus_text() {
    let crm = start(MockServer::builder().empty()).await;
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    for _ in 0..3 {
        call("GET", &count, "x", None).await.expect("an answer");
    }
    let answer = reqwest::get(format!("{}/__admin/metrics", crm.url()))
        .await
        .expect("an answer");
    let media = answer.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(media.starts_with("text/plain; version=0.0.4"), "{media}");
    let text = answer.text().await.expect("a text");
    let mut family = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            family = rest.split(' ').next().expect("a name").to_owned();
        } else if !line.starts_with('#') {
            assert!(line.starts_with(&family), "{line}");
            let value = line.rsplit(' ').next().expect("a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
    let sample =
        "zoho_crm_mock_requests_total{operation=\"records.count\",version=\"v8\",status=\"200\"} 3";
    assert!(text.contains(sample), "{text}");
}
