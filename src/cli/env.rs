//! `zoho-crm-mock env`.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json};

use super::exit::{Exit, complain};
use super::parse::server_url;
use super::plane::{self, AdminToken};

/// Options of `env`.
#[derive(Clone, Debug, Args)]
pub(super) struct EnvArgs {
    /// Address of the running server
    #[arg(
        long,
        env = "ZOHO_MOCK_URL",
        value_name = "URL",
        value_parser = server_url,
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,
    #[command(flatten)]
    admin: AdminToken,
    /// The org, by id or name; the default org without it
    #[arg(long, env = "ZOHO_MOCK_ORG", value_name = "ID")]
    org: Option<String>,
    /// Form of the output
    #[arg(long, value_name = "FORM", default_value = "sh")]
    format: EnvForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EnvForm {
    /// export NAME='value', for sh, bash and zsh
    Sh,
    /// set -gx NAME 'value', for fish
    Fish,
    /// NAME="value", a line each
    Dotenv,
    /// Everything, with programs for Zoho's SDKs
    Json,
}

/// Prints the settings.
#[allow(clippy::print_stdout, reason = "this is the command's result")]
pub(super) fn env(args: &EnvArgs) -> Exit {
    let connections = match plane::get(
        &args.url,
        args.admin.token(),
        args.org.as_deref(),
        "connections",
    ) {
        Ok(text) => serde_json::from_str(&text).unwrap_or(Json::Null),
        Err(error) => {
            complain(&format!("{error:#}"));
            return Exit::Usage;
        }
    };
    if !connections["environment"].is_object() {
        complain(&format!("{} is no zoho-crm-mock", args.url));
        return Exit::Usage;
    }
    if args.format == EnvForm::Json {
        println!("{connections:#}");
        return Exit::Success;
    }
    let nothing = Map::new();
    let variables = connections["environment"].as_object();
    for (name, value) in variables.unwrap_or(&nothing) {
        let value = value.as_str().unwrap_or_default();
        println!("{}", line(args.format, name, value));
    }
    Exit::Success
}

/// A variable as a shell or a file of settings wants it.
fn line(form: EnvForm, name: &str, value: &str) -> String {
    match form {
        EnvForm::Sh => format!("export {name}='{}'", value.replace('\'', r"'\''")),
        EnvForm::Fish => {
            let value = value.replace('\\', r"\\").replace('\'', r"\'");
            format!("set -gx {name} '{value}'")
        }
        EnvForm::Dotenv | EnvForm::Json => {
            let value = value.replace('\\', r"\\").replace('"', "\\\"");
            format!("{name}=\"{value}\"")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        for (form, expected) in [
            (EnvForm::Sh, r"export A='it'\''s'"),
            (EnvForm::Fish, r"set -gx A 'it\'s'"),
            (EnvForm::Dotenv, r#"A="it's""#),
        ] {
            assert_eq!(line(form, "A", "it's"), expected);
        }
        assert_eq!(line(EnvForm::Dotenv, "A", r#"a"b"#), r#"A="a\"b""#);
    }
}
