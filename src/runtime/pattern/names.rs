//! Which requests there can be: a pattern that none of them fits is a mistake, and a test that
//! asks for it could not fail.

use serde_json::Value as Json;
use wildmatch::WildMatch;

use super::Pattern;
use crate::version::ApiVersion;
use crate::words::nearest;

/// The names that patterns may use.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Operations (`records.upsert`).
    pub operations: Vec<&'static str>,
    /// API names of modules.
    pub modules: Vec<String>,
}

/// Methods of requests, also of those that no operation takes.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE",
];

impl Pattern {
    /// Whether there can be a request that fits.
    ///
    /// # Errors
    /// A sentence that says what no request has, with the nearest name.
    pub fn check(&self, names: &Names) -> Result<(), String> {
        if let Some(name) = &self.operation {
            let known = names.operations.iter().copied();
            known_name("operation", name, known)?;
        }
        if let Some(name) = &self.module {
            let known = names.modules.iter().map(String::as_str);
            known_name("module", name, known)?;
        }
        if let Some(name) = &self.version {
            let known = ApiVersion::ALL.iter().map(|version| version.as_str());
            known_name("version", name, known)?;
        }
        if let Some(method) = &self.method
            && !METHODS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(method))
        {
            return Err(format!("no request has the method \"{method}\""));
        }
        if let Some(path) = &self.path {
            check_path(path)?;
        }
        let text = |value: &Json| value.is_string();
        for (name, value) in &self.query {
            let texts = value.as_array().is_some_and(|all| all.iter().all(text));
            if !text(value) && !texts {
                return Err(format!(
                    "the parameter \"{name}\" is a text or a list of such"
                ));
            }
        }
        Ok(())
    }
}

impl Pattern {
    /// Whether it fits operations alone whose names begin with a word.
    #[must_use]
    pub fn is_of_operations(&self, word: &str, names: &Names) -> bool {
        let Some(pattern) = &self.operation else {
            return false;
        };
        let wild = WildMatch::new(pattern);
        let mut fit = names.operations.iter().filter(|name| wild.matches(name));
        fit.all(|name| name.starts_with(word))
    }
}

/// Whether some name is like `pattern`, in which `*` stands for anything.
fn known_name<'a>(
    what: &str,
    pattern: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), String> {
    let wild = WildMatch::new(pattern);
    if known.clone().any(|name| wild.matches(name)) {
        return Ok(());
    }
    let hint = match nearest(pattern, known.clone()) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        // a few are named, many are not
        None => match known.take(FEW + 1).collect::<Vec<&str>>() {
            few if few.len() <= FEW => format!("; there are {}", few.join(", ")),
            _ => String::new(),
        },
    };
    Err(format!("unknown {what} \"{pattern}\"{hint}"))
}

/// So many names are listed where none is near.
const FEW: usize = 12;

fn check_path(path: &str) -> Result<(), String> {
    if !path.starts_with(['/', '*']) {
        return Err(format!("a path begins with a slash, not like \"{path}\""));
    }
    match path.split_once('?') {
        Some((_, query)) if query.contains('=') => {
            Err("a path has no parameters: they are matched by query".into())
        }
        _ => Ok(()),
    }
}
