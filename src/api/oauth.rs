//! `/oauth/v2/…`: the accounts server, on the same port.

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::endpoint::{BodySpec, Endpoint, Param, ParamKind};
use crate::error::{AccountsError, ApiError, Code};
use crate::hosts::DataCentre;
use crate::response::Response;
use crate::runtime::auth::{ACCESS_LIFE, ALL_SCOPES, AuthMode, CODE_LIFE, Grant, Identity, Tokens};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&TOKEN, &REVOKE, &AUTH, &SERVERINFO, &USER_INFO];

pub(crate) static TOKEN: Endpoint = Endpoint::post("oauth.token", "/oauth/v2/token")
    .quick_without(&[])
    .body(&BodySpec::FORM)
    .params(&[
        CLIENT_ID,
        CLIENT_SECRET,
        GRANT_TYPE,
        CODE,
        REDIRECT_URI,
        REFRESH_TOKEN,
        SCOPE,
        SOID,
    ])
    .outcomes(&[200, 400])
    .does(
        "Access token for a grant code, a refresh token or client credentials",
        token,
    );

pub(crate) static REVOKE: Endpoint = Endpoint::post("oauth.revoke", "/oauth/v2/token/revoke")
    .body(&BodySpec::FORM)
    .params(&[REVOKED_TOKEN])
    .outcomes(&[200])
    .does("End a refresh or access token", revoke);

pub(crate) static AUTH: Endpoint = Endpoint::get("oauth.auth", "/oauth/v2/auth")
    .params(&[
        CLIENT_ID,
        REDIRECT_URI.required(),
        RESPONSE_TYPE,
        SCOPE.required(),
        ACCESS_TYPE,
        PROMPT,
        STATE,
    ])
    .outcomes(&[302, 400])
    .does(
        "Consent, given at once: back to the client with a grant code",
        auth,
    );

pub(crate) static SERVERINFO: Endpoint = Endpoint::get("oauth.serverinfo", "/oauth/serverinfo")
    .outcomes(&[200])
    .does("Accounts servers by data centre", server_info);

pub(crate) static USER_INFO: Endpoint = Endpoint::get("oauth.user_info", "/oauth/user/info")
    .outcomes(&[200])
    .does(
        "The user behind a token, who has to cover AaaServer.profile.READ",
        user_info,
    );

const ACCESS_TYPE: Param = Param::new("access_type").of(ParamKind::Word(&["online", "offline"]));
const CLIENT_ID: Param = Param::new("client_id").required();
const CLIENT_SECRET: Param = Param::new("client_secret").required();
const CODE: Param = Param::new("code");
/// What a token is given for.
const GRANT_TYPE: Param = Param::new("grant_type")
    .of(ParamKind::Word(&[
        "authorization_code",
        "refresh_token",
        "client_credentials",
    ]))
    .required();
/// `prompt`: the user is asked although they have consented before.
const PROMPT: Param = Param::new("prompt").of(ParamKind::Word(&["consent"]));
const REDIRECT_URI: Param = Param::new("redirect_uri");
const REFRESH_TOKEN: Param = Param::new("refresh_token");
const RESPONSE_TYPE: Param = Param::new("response_type")
    .of(ParamKind::Word(&["code"]))
    .required();
const REVOKED_TOKEN: Param = Param::new("token").required();
const SCOPE: Param = Param::new("scope");
/// The org of client credentials: `ZohoCRM.` and its number.
const SOID: Param = Param::new("soid");
const STATE: Param = Param::new("state");

fn refused(error: AccountsError) -> Response {
    Response::accounts_error(error)
}

/// Scopes are groups that exist, after `ZohoCRM.` or of a neighbouring service.
fn known_scopes(text: &str) -> bool {
    let scopes = text
        .split([',', ' '])
        .map(str::trim)
        .filter(|s| !s.is_empty());
    let mut any = false;
    for scope in scopes {
        any = true;
        let mut parts = scope.split('.');
        let service = parts.next().unwrap_or_default().to_ascii_lowercase();
        let known = ["zohocrm", "zohofiles", "zohosearch", "aaaserver"].contains(&service.as_str());
        if !known || parts.next().is_none_or(str::is_empty) {
            return false;
        }
    }
    any
}

/// The answer with a new access token. Scopes are separated by blanks (recorded 2026).
fn grant_access(
    call: &Call<'_>,
    tokens: &mut Tokens,
    access: String,
    refresh: Option<String>,
    scopes: &str,
) -> Response {
    let scopes: Vec<&str> = scopes.split([',', ' ']).filter(|s| !s.is_empty()).collect();
    let mut body = Map::new();
    for token in std::iter::once(&access).chain(&refresh) {
        // from now on it leads to this org
        call.world.adopt(call.org, token);
        if let Some(centre) = call.request.data_centre() {
            tokens.lives_in(token, centre);
        }
    }
    body.insert("access_token".into(), access.into());
    body.extend(refresh.map(|token| ("refresh_token".to_owned(), Json::String(token))));
    if !scopes.is_empty() {
        body.insert("scope".into(), scopes.join(" ").into());
    }
    body.insert("api_domain".into(), call.request.api_url().into());
    body.insert("token_type".into(), "Bearer".into());
    body.insert("expires_in".into(), ACCESS_LIFE.into());
    Response::accounts(200, Json::Object(body))
}

fn token(call: &Call<'_>) -> Result<Response, ApiError> {
    let (Some(client), Some(secret), Some(kind)) = (
        call.get(CLIENT_ID),
        call.get(CLIENT_SECRET),
        call.get(GRANT_TYPE),
    ) else {
        return Ok(refused(AccountsError::GENERAL_ERROR));
    };
    let mut tokens = call.org.tokens.lock();
    if tokens.is_elsewhere(client, call.request.data_centre()) {
        return Ok(refused(AccountsError::INVALID_CLIENT));
    }
    match tokens.identify(client, secret) {
        Identity::Proven => {}
        Identity::UnknownClient => return Ok(refused(AccountsError::INVALID_CLIENT)),
        Identity::WrongSecret => return Ok(refused(AccountsError::INVALID_CLIENT_SECRET)),
    }
    Ok(match kind {
        "authorization_code" => by_code(call, &mut tokens, client),
        "refresh_token" => by_refresh_token(call, &mut tokens, client),
        "client_credentials" => by_credentials(call, &mut tokens),
        _ => refused(AccountsError::UNSUPPORTED_GRANT_TYPE),
    })
}

/// Tokens for the code that a consent gave.
fn by_code(call: &Call<'_>, tokens: &mut Tokens, client: &str) -> Response {
    let Some(code) = call.get(CODE) else {
        return refused(AccountsError::GENERAL_ERROR);
    };
    if tokens.is_elsewhere(code, call.request.data_centre()) {
        return refused(AccountsError::INVALID_CODE);
    }
    let may_adopt = call.world.settings.auth != AuthMode::Strict && tokens.may_adopt(code);
    let grant = match tokens.redeem(code, call.now) {
        Some(grant) if grant.client == client => grant,
        // any token is taken: so is a code that came from somewhere else
        None if may_adopt => Grant {
            client: client.to_owned(),
            redirect_uri: String::new(),
            scopes: ALL_SCOPES.into(),
            user: None,
            centre: None,
            offline: true,
            expires: i64::MAX,
        },
        _ => return refused(AccountsError::INVALID_CODE),
    };
    let redirect = call.get(REDIRECT_URI).unwrap_or_default();
    if !grant.redirect_uri.is_empty() && grant.redirect_uri != redirect {
        return refused(AccountsError::INVALID_REDIRECT_URI);
    }
    let refresh = grant
        .offline
        .then(|| tokens.new_refresh(client, &grant.scopes));
    if let (Some(refresh), Some(user)) = (&refresh, &grant.user) {
        tokens.belongs_to(refresh, user);
    }
    let access = tokens.new_access(&grant.scopes, refresh.as_deref(), call.now);
    if let Some(user) = &grant.user {
        tokens.belongs_to(&access, user);
    }
    if let Some(centre) = grant.centre {
        for token in std::iter::once(&access).chain(&refresh) {
            tokens.lives_in(token, centre);
        }
    }
    grant_access(call, tokens, access, refresh, &grant.scopes)
}

/// Another access token for a refresh token.
fn by_refresh_token(call: &Call<'_>, tokens: &mut Tokens, client: &str) -> Response {
    let Some(token) = call.get(REFRESH_TOKEN) else {
        return refused(AccountsError::GENERAL_ERROR);
    };
    if tokens.is_elsewhere(token, call.request.data_centre()) {
        return refused(AccountsError::INVALID_CODE);
    }
    if call.world.settings.auth != AuthMode::Strict && tokens.may_adopt(token) {
        tokens.adopt_refresh(token, None, ALL_SCOPES);
    }
    let known = tokens.refresh(token, client);
    let Some(scopes) = known.map(|refresh| refresh.scopes.clone()) else {
        return refused(AccountsError::INVALID_CODE);
    };
    if call.world.settings.auth == AuthMode::Strict && tokens.is_hasty(token, call.now) {
        return refused(AccountsError::TOO_MANY);
    }
    let access = tokens.new_access(&scopes, Some(token), call.now);
    grant_access(call, tokens, access, None, &scopes)
}

/// An access token for a client of its own, of the org that it names.
fn by_credentials(call: &Call<'_>, tokens: &mut Tokens) -> Response {
    let Some(scopes) = call.get(SCOPE) else {
        return refused(AccountsError::INVALID_SCOPE);
    };
    if !known_scopes(scopes) {
        return refused(AccountsError::INVALID_SCOPE);
    }
    if !call
        .get(SOID)
        .is_some_and(|soid| soid.to_ascii_lowercase().starts_with("zohocrm."))
    {
        return refused(AccountsError::MISSING_ORG_INFO);
    }
    // otherwise nothing is remembered of a client: tests share one
    let access = if call.world.settings.auth == AuthMode::Strict {
        let client = call.get(CLIENT_ID).unwrap_or_default();
        if tokens.is_hasty(client, call.now) {
            return refused(AccountsError::TOO_MANY);
        }
        tokens.new_access_of_client(scopes, client, call.now)
    } else {
        tokens.new_access(scopes, None, call.now)
    };
    grant_access(call, tokens, access, None, scopes)
}

fn revoke(call: &Call<'_>) -> Result<Response, ApiError> {
    let token = call.get(REVOKED_TOKEN).unwrap_or_default();
    let mut tokens = call.org.tokens.lock();
    let here = !tokens.is_elsewhere(token, call.request.data_centre());
    let revoked = here && tokens.revoke(token);
    Ok(if revoked {
        Response::accounts(200, json!({"status": "success"}))
    } else {
        refused(AccountsError::INVALID_CODE)
    })
}

fn auth(call: &Call<'_>) -> Result<Response, ApiError> {
    // Zoho shows a page that names the error; its status is not told
    let bad = |error: AccountsError| Ok(Response::accounts(400, error.json()));
    let (client, redirect) = (
        call.get(CLIENT_ID).unwrap_or_default(),
        call.get(REDIRECT_URI).unwrap_or_default(),
    );
    let scopes = call.get(SCOPE).unwrap_or_default();
    let mut tokens = call.org.tokens.lock();
    let elsewhere = tokens.is_elsewhere(client, call.request.data_centre());
    if client.is_empty() || !tokens.knows(client) || elsewhere {
        return bad(AccountsError::INVALID_CLIENT);
    }
    if !is_redirect(redirect) || !tokens.may_redirect(client, redirect) {
        return bad(AccountsError::INVALID_REDIRECT_URI);
    }
    if call.get(RESPONSE_TYPE) != Some("code") {
        return bad(AccountsError::INVALID_RESPONSE_TYPE);
    }
    if !known_scopes(scopes) {
        return bad(AccountsError::INVALID_SCOPE);
    }
    let grant = Grant {
        client: client.to_owned(),
        redirect_uri: redirect.to_owned(),
        scopes: scopes.to_owned(),
        user: None,
        centre: call.request.data_centre(),
        offline: call.get(ACCESS_TYPE) == Some("offline") && gives_refresh(call, &mut tokens),
        expires: call.now + CODE_LIFE,
    };
    let location = grant.centre.unwrap_or_default().location();
    let code = tokens.grant(grant);
    call.world.adopt(call.org, &code);
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(state) = call.get(STATE) {
        query.append_pair("state", state);
    }
    query
        .append_pair("code", &code)
        .append_pair("location", location)
        .append_pair("accounts-server", &call.request.accounts_url());
    let mark = if redirect.contains('?') { '&' } else { '?' };
    Ok(Response::empty(302).header("Location", format!("{redirect}{mark}{}", query.finish())))
}

/// Whether a consent to offline access gives a refresh token: the first one of a client does, later
/// ones if the user was asked again (Zoho's page on the authorization request; threads of 2019 to
/// 2022 that show the answer). Unless tokens matter each does, so that nothing is learned of
/// clients.
fn gives_refresh(call: &Call<'_>, tokens: &mut Tokens) -> bool {
    if call.world.settings.auth != AuthMode::Strict {
        return true;
    }
    let client = call.get(CLIENT_ID).unwrap_or_default();
    tokens.consent(client) || call.get(PROMPT) == Some("consent")
}

/// The user behind a token, as Zoho's accounts know them: the keys that clients read, the account's
/// number as a number.
fn user_info(call: &Call<'_>) -> Result<Response, ApiError> {
    const SCOPE: &str = "aaaserver.profile.read";
    let Ok(caller) = call.world.authenticate(call.org, call.request, call.now) else {
        // a request without a token is assumed to be answered alike
        return Ok(refused(AccountsError::INVALID_OAUTHTOKEN));
    };
    if caller.may(|| SCOPE.to_owned()).is_err() {
        return Ok(refused(AccountsError::INVALID_OAUTHSCOPE));
    }
    let state = call.read();
    let user = state.users.get(&state.current_user);
    let user = user.ok_or(Code::INTERNAL_ERROR)?;
    let name = |key: &str| user.text(key).unwrap_or_default();
    let body = json!({
        "First_Name": name("first_name"),
        "Email": name("email"),
        "Last_Name": name("last_name"),
        "Display_Name": user.full_name(),
        "ZUID": user.account(),
    });
    Ok(Response::accounts(200, body))
}

/// Whether a browser can be sent to an address with a code behind it: it has a scheme that leads
/// somewhere, and no fragment, which would keep the code from the client (RFC 6749, 3.1.2).
fn is_redirect(uri: &str) -> bool {
    const SCRIPTS: [&str; 3] = ["javascript", "data", "vbscript"];
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let known =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(letters);
    known
        && !SCRIPTS
            .iter()
            .any(|script| script.eq_ignore_ascii_case(scheme))
        && !uri.contains(|c: char| c.is_control() || c.is_whitespace() || c == '#')
}

fn server_info(call: &Call<'_>) -> Result<Response, ApiError> {
    let request = call.request;
    // a server that is not called by a name of Zoho's is that of all data centres
    let locations: Map<String, Json> = if request.zoho_host().is_some() {
        let all = DataCentre::ALL.into_iter();
        let server = |centre: DataCentre| format!("https://{}", centre.accounts_host());
        all.map(|centre| (centre.location().to_owned(), server(centre).into()))
            .collect()
    } else {
        let location = DataCentre::default().location();
        std::iter::once((location.to_owned(), request.accounts_url().into())).collect()
    };
    Ok(Response::accounts(
        200,
        json!({"result": "success", "locations": locations}),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_somewhere() {
        for uri in [
            "https://app.example.com/callback",
            "http://127.0.0.1:8000/?a=b",
            "com.example.app:/callback",
            "HTTPS://app.example.com",
        ] {
            assert!(is_redirect(uri), "{uri}");
        }
        for uri in [
            "",
            "app.example.com",
            "/callback",
            "https://app.example.com/#fragment",
            "https://app.example.com/\r\nX: y",
            "https://app example.com/",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "1http://app.example.com",
        ] {
            assert!(!is_redirect(uri), "{uri}");
        }
    }
}
