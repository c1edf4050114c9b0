//! Taking secrets out of what is shown.

use serde_json::Value as Json;

use crate::request::Params;

/// Names whose values are secrets: of parameters, keys and headers. Letters and digits alone count,
/// whatever their case.
const SECRETS: [&str; 24] = [
    "accesstoken",
    "apikey",
    "apisecret",
    "assertion",
    "auth",
    "authid",
    "authkey",
    "authorization",
    "authtoken",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "cookie",
    "idtoken",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "proxyauthorization",
    "refreshtoken",
    "secret",
    "sessionid",
    "sessiontoken",
    "setcookie",
];
/// Names that stand for secrets where grant codes are exchanged, and are Zoho's words for other
/// things elsewhere.
const OAUTH_SECRETS: [&str; 2] = ["code", "token"];
/// The longest name of a secret, and what it is written with.
const LONGEST_NAME: usize = 40;

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
    let telling = ["token", "secret", "api-key", "apikey", "session"];
    if is_secret(name, false) || telling.iter().any(|word| lower.contains(word)) {
        return secret(value);
    }
    text(value)
}

/// Whether what a parameter or key of this name holds is a secret; `oauth` where grant codes are
/// exchanged.
fn is_secret(name: &str, oauth: bool) -> bool {
    if name.len() > LONGEST_NAME {
        return false;
    }
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    let letters = letters.map(|byte| byte.to_ascii_lowercase());
    let is = |known: &&str| letters.clone().eq(known.bytes());
    let known = SECRETS.iter().any(&is);
    // what HTTP clients call the header of a key
    let extended =
        || letters.clone().eq("xapikey".bytes()) || letters.clone().eq("xauthtoken".bytes());
    known || extended() || (oauth && OAUTH_SECRETS.iter().any(&is))
}

/// The value of a parameter or key as it may be shown.
#[must_use]
pub fn value(name: &str, value: &str, oauth: bool) -> String {
    if is_secret(name, oauth) {
        secret(value)
    } else {
        text_of(value, oauth)
    }
}

/// An address that somebody else is called by, secrets in its query cut short.
#[must_use]
pub fn address(url: &str) -> String {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut shown = text(place);
    for (n, (name, given)) in Params::parse(query.as_bytes()).iter().enumerate() {
        shown.push(if n == 0 { '?' } else { '&' });
        shown.push_str(name);
        shown.push('=');
        shown.push_str(&value(name, given, true));
    }
    shown
}

/// A JSON value whose secrets are taken out.
pub fn json(value: &mut Json, oauth: bool) {
    match value {
        Json::Object(object) => {
            if object.keys().any(|name| may_hold(name)) {
                let entries = std::mem::take(object).into_iter();
                object.extend(entries.map(|(name, value)| (text_of(&name, oauth), value)));
            }
            for (name, value) in object {
                match value {
                    Json::String(text) if is_secret(name, oauth) => *text = secret(text),
                    Json::Number(number) if is_secret(name, oauth) => {
                        *value = secret(&number.to_string()).into();
                    }
                    _ => json(value, oauth),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| json(item, oauth)),
        Json::String(string) if may_hold(string) => *string = text_of(string, oauth),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Whether a text can hold a secret: a token, or a name with a value.
fn may_hold(text: &str) -> bool {
    text.len() > 60 || text.contains([':', '='])
}

/// A text in which secrets are cut short: what has the form of a token of Zoho's, and what stands
/// behind the name of a secret, as in forms, in JSON that cannot be read, and in JSON within a text.
#[must_use]
pub fn text(text: &str) -> String {
    text_of(text, false)
}

fn text_of(text: &str, oauth: bool) -> String {
    tokens(&named(text, oauth))
}

/// Cuts what stands behind the name of a secret and `=` or `:`, with or without quotes.
fn named(text: &str, oauth: bool) -> String {
    const QUOTES: [char; 4] = ['"', '\'', '\\', '`'];
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !text.contains([':', '=']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(in_name) {
        let (before, from) = rest.split_at(start);
        let (name, behind) = from.split_at(from.find(|c| !in_name(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(name);
        rest = behind;
        let trimmed = behind.trim_start_matches(QUOTES).trim_start();
        let Some(value) = trimmed.strip_prefix([':', '=']) else {
            continue;
        };
        if !is_secret(name, oauth) {
            continue;
        }
        let value = value.trim_start().trim_start_matches(QUOTES);
        let ends = |c: char| c.is_whitespace() || QUOTES.contains(&c) || "&,;})]".contains(c);
        let (value, after) = value.split_at(value.find(ends).unwrap_or(value.len()));
        let between = behind
            .len()
            .saturating_sub(value.len())
            .saturating_sub(after.len());
        out.push_str(&behind[..between]);
        if !value.is_empty() {
            out.push_str(&secret(value));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Cuts what has the form of a token of Zoho's (`1000.`, 32 hexadecimal digits, a dot, 32 more).
fn tokens(text: &str) -> String {
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
        let mut short = json!({"token": 5, "PIN": 1234, "apiKey": 123456, "authId": "x"});
        json(&mut short, false);
        assert_eq!(
            short,
            json!({"token": 5, "PIN": 1234, "apiKey": "…", "authId": "…"})
        );
        let mut form = json!({"code": "a grant code"});
        json(&mut form, true);
        assert_eq!(form, json!({"code": "…"}));
    }

    #[test]
    fn secrets_are_known_by_their_names_in_any_text() {
        const SECRET: &str = "0123456789abcdef0123456789abcdef";
        for told in [
            "client_secret=@&x=é",
            "a=b&CLIENT_SECRET=@&x=é",
            r#"{"client_secret": "@", broken"#,
            r#"{"x":"{\"client_secret\":\"@\"}"}"#,
            "unknown parameter \"client_secret:@\"",
            r#"[{"clientSecret" : "@"}]"#,
            "X-API-Key: @",
            "password = @",
            "{'id_token':'@'}",
            "client_assertion=@",
        ] {
            let shown = text(&told.replace('@', SECRET));
            assert_eq!(shown, told.replace('@', "012345678…"));
        }
        for kept in [
            "the code: 5",
            "token=5",
            "secrets are kept",
            "Password",
            "a: b",
            "auth",
        ] {
            assert_eq!(text(kept), kept);
        }
        assert_eq!(value("x", "code=0123456789", true), "code=…");
    }
}
