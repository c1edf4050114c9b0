//! Taking secrets out of what is shown.

use serde_json::Value as Json;

/// Parameters and keys whose values are secrets.
const SECRETS: [&str; 8] = [
    "access_token",
    "refresh_token",
    "client_secret",
    "authtoken",
    "auth_token",
    "code",
    "token",
    "password",
];

/// How many letters of a secret are left, by which one can be told from another.
const LEFT: usize = 9;

/// A secret as it may be shown: its beginning, if it is long enough for that to tell little.
#[must_use]
pub fn secret(text: &str) -> String {
    if text.chars().count() < 3 * LEFT {
        return "…".into();
    }
    text.chars().take(LEFT).chain(['…']).collect()
}

/// The value of a header as it may be shown.
#[must_use]
pub fn header(name: &str, value: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower == "authorization" || lower == "proxy-authorization" {
        return match value.trim().split_once(' ') {
            Some((scheme, token)) => format!("{scheme} {}", secret(token.trim())),
            None => secret(value),
        };
    }
    if lower == "cookie" || lower == "set-cookie" || lower.contains("token") {
        return secret(value);
    }
    text(value)
}

/// Whether what a parameter or key of this name holds is a secret. `code` is one where grant codes
/// are exchanged, and Zoho's word for the outcome elsewhere.
fn is_secret(name: &str, oauth: bool) -> bool {
    let lower = name.to_ascii_lowercase();
    SECRETS.contains(&lower.as_str()) && (oauth || !matches!(lower.as_str(), "code" | "token"))
}

/// The value of a parameter or key as it may be shown.
#[must_use]
pub fn value(name: &str, value: &str, oauth: bool) -> String {
    if is_secret(name, oauth) {
        secret(value)
    } else {
        text(value)
    }
}

/// A JSON value whose secrets are taken out.
pub fn json(value: &mut Json, oauth: bool) {
    match value {
        Json::Object(object) => {
            if object.keys().any(|name| name.len() > 60) {
                let entries = std::mem::take(object).into_iter();
                object.extend(entries.map(|(name, value)| (text(&name), value)));
            }
            for (name, value) in object {
                match value {
                    Json::String(text) if is_secret(name, oauth) => *text = secret(text),
                    _ => json(value, oauth),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| json(item, oauth)),
        Json::String(string) if string.len() > 60 => *string = text(string),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// A text in which whatever has the form of a token of Zoho's (`1000.`, 32 hexadecimal digits, a
/// dot, 32 more) is cut short.
#[must_use]
pub fn text(text: &str) -> String {
    const HEAD: &str = "1000.";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(HEAD) {
        let digits = |from: usize| {
            let hex = rest.as_bytes().get(from..from + 32);
            hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        };
        let first = at + HEAD.len();
        let token =
            digits(first) && rest.as_bytes().get(first + 32) == Some(&b'.') && digits(first + 33);
        let end = if token { first + 65 } else { first };
        out.push_str(&rest[..at]);
        if token {
            out.push_str(&secret(&rest[at..end]));
        } else {
            out.push_str(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TOKEN: &str = "1000.7f6f2ccdb23f2abb7b69278e947c01c6.160a31cf02c19d06d0f6e5ab1d768b95";

    #[test]
    fn tokens_are_cut_short_wherever_they_stand() {
        assert_eq!(
            header("Authorization", &format!("Zoho-oauthtoken {TOKEN}")),
            "Zoho-oauthtoken 1000.7f6f…"
        );
        assert_eq!(header("authorization", "Bearer short"), "Bearer …");
        assert_eq!(header("X-Any", &format!("a {TOKEN} b")), "a 1000.7f6f… b");
        assert_eq!(header("X-Auth-Token", "0123456789"), "…");
        assert_eq!(text("1000.abc, 1000."), "1000.abc, 1000.");
        assert_eq!(text(&format!("{TOKEN}{TOKEN}")), "1000.7f6f…1000.7f6f…");
    }

    #[test]
    fn secrets_of_bodies() {
        let mut body = json!({"refresh_token": TOKEN, "code": "SUCCESS", "note": format!("see {TOKEN}"),
            "data": [{"client_secret": "0123456789abcdef0123456789abcdef"}]});
        json(&mut body, false);
        assert_eq!(
            body,
            json!({"refresh_token": "1000.7f6f…", "code": "SUCCESS", "note": "see 1000.7f6f…",
                "data": [{"client_secret": "012345678…"}]})
        );
        let mut form = json!({"code": "a grant code"});
        json(&mut form, true);
        assert_eq!(form, json!({"code": "…"}));
    }
}
