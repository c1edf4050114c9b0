//! The errors of the accounts server, which have forms of their own.

use serde_json::{Value as Json, json};

/// An error of the accounts server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountsError {
    /// Its name: what stands under `error` or `cause`.
    name: &'static str,
    /// The status of its answer, unless an operation has one of its own.
    status: u16,
    form: Form,
}

/// What the body of an error looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `{"error":…}`.
    Error,
    /// The same with a sentence and a status.
    Described(&'static str),
    /// `{"response":"error","cause":…}`.
    Cause,
}

impl AccountsError {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The HTTP status. Most errors of the token endpoint come with 200 (recorded in several
    /// clients).
    #[must_use]
    pub const fn status(self) -> u16 {
        self.status
    }

    /// The body.
    #[must_use]
    pub fn json(self) -> Json {
        match self.form {
            Form::Error => json!({"error": self.name}),
            Form::Described(sentence) => {
                json!({"error_description": sentence, "error": self.name, "status": "failure"})
            }
            Form::Cause => json!({"response": "error", "cause": self.name}),
        }
    }

    /// The error of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|error| error.name == name)
    }
}

macro_rules! errors {
    ($($(#[$doc:meta])* $const:ident => $name:literal, $status:literal, $form:expr;)*) => {
        impl AccountsError {
            $($(#[$doc])* pub const $const: Self =
                Self { name: $name, status: $status, form: $form };)*

            /// Every error.
            pub const ALL: &[Self] = &[$(Self::$const,)*];
        }
    };
}

errors! {
    /// The code, refresh token or token to revoke is unknown, used or expired.
    INVALID_CODE => "invalid_code", 200, Form::Error;
    /// No such client.
    INVALID_CLIENT => "invalid_client", 200, Form::Error;
    /// The client's secret is another.
    INVALID_CLIENT_SECRET => "invalid_client_secret", 200, Form::Error;
    /// The redirect differs from the one the code was given for.
    INVALID_REDIRECT_URI => "invalid_redirect_uri", 200, Form::Error;
    /// A scope that does not exist.
    INVALID_SCOPE => "invalid_scope", 200, Form::Error;
    /// A parameter is missing.
    GENERAL_ERROR => "general_error", 200, Form::Error;
    /// A grant type that does not exist.
    UNSUPPORTED_GRANT_TYPE => "unsupported_grant_type", 200, Form::Error;
    /// Client credentials without the org they are for.
    MISSING_ORG_INFO => "missing_org_info", 200, Form::Error;
    /// `response_type` is not `code`.
    INVALID_RESPONSE_TYPE => "invalid_response_type", 200, Form::Error;
    /// A refresh token is used too often: the answer is recorded in six clients, its status by
    /// three of them (200 by a page of Zoho's).
    TOO_MANY => "Access Denied", 400, Form::Described(
        "You have made too many requests continuously. Please try again after some time.");
    /// The token of a question about its user is none that lives (form and status are those of the
    /// accounts server's own error page).
    INVALID_OAUTHTOKEN => "INVALID_OAUTHTOKEN", 401, Form::Cause;
    /// Its scopes do not cover the question (Zoho's SDK for Python, pull request 10).
    INVALID_OAUTHSCOPE => "INVALID_OAUTHSCOPE", 401, Form::Cause;
}
