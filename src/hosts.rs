//! Zoho's hosts: which there are, what each is, and in which data centre.
//!
//! This is the one list of them. The edge takes these names for itself, the local authority signs for
//! no others, and tokens are answered with the hosts of the data centre that was asked.

use std::fmt;

/// A data centre of Zoho's. Accounts live in one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DataCentre {
    /// The United States.
    #[default]
    Us,
    /// Europe.
    Eu,
    /// India.
    In,
    /// Australia.
    Au,
    /// China.
    Cn,
    /// Japan.
    Jp,
    /// Canada.
    Ca,
    /// Saudi Arabia.
    Sa,
    /// The United Kingdom.
    Uk,
    /// The United Arab Emirates.
    Ae,
    /// Singapore.
    Sg,
}

/// The two families of hosts, as the domains that they lie below.
struct Domains {
    /// Below it are the API, its sandboxes, and the uploads.
    api: &'static str,
    /// Below it are accounts and the products for people.
    web: &'static str,
    /// Domains that lead to the same products.
    others: &'static [(&'static str, HostFamily)],
}

/// What the names below a domain are.
#[derive(Clone, Copy)]
enum HostFamily {
    /// `www`, `sandbox`, `developer`, `content`.
    Api,
    /// `accounts`, `crm`, `crmsandbox` and the other products.
    Web,
    /// The CRM of one sandbox each.
    Sandbox,
}

impl DataCentre {
    /// All of them, in the order in which Zoho lists them.
    pub const ALL: [Self; 11] = [
        Self::Us,
        Self::Eu,
        Self::In,
        Self::Au,
        Self::Cn,
        Self::Jp,
        Self::Ca,
        Self::Sa,
        Self::Uk,
        Self::Ae,
        Self::Sg,
    ];

    /// Its name, as `location` has it.
    #[must_use]
    pub const fn location(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Eu => "eu",
            Self::In => "in",
            Self::Au => "au",
            Self::Cn => "cn",
            Self::Jp => "jp",
            Self::Ca => "ca",
            Self::Sa => "sa",
            Self::Uk => "uk",
            Self::Ae => "ae",
            Self::Sg => "sg",
        }
    }

    /// The one of a name, as `location` has it.
    #[must_use]
    pub fn parse(location: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.location() == location)
    }

    const fn domains(self) -> Domains {
        let (api, web) = match self {
            Self::Us => ("zohoapis.com", "zoho.com"),
            Self::Eu => ("zohoapis.eu", "zoho.eu"),
            Self::In => ("zohoapis.in", "zoho.in"),
            Self::Au => ("zohoapis.com.au", "zoho.com.au"),
            Self::Cn => ("zohoapis.com.cn", "zoho.com.cn"),
            Self::Jp => ("zohoapis.jp", "zoho.jp"),
            // the name without "cloud" was taken when Zoho came to Canada
            Self::Ca => ("zohoapis.ca", "zohocloud.ca"),
            Self::Sa => ("zohoapis.sa", "zoho.sa"),
            Self::Uk => ("zohoapis.uk", "zoho.uk"),
            Self::Ae => ("zohoapis.ae", "zoho.ae"),
            Self::Sg => ("zohoapis.sg", "zoho.sg"),
        };
        // those that clients are seen to call besides
        let others: &[(&str, HostFamily)] = match self {
            Self::Us => &[("zohosandbox.com", HostFamily::Sandbox)],
            Self::Ca => &[("zoho.ca", HostFamily::Web)],
            _ => &[],
        };
        Domains { api, web, others }
    }

    /// The host of its accounts server.
    #[must_use]
    pub fn accounts_host(self) -> String {
        format!("accounts.{}", self.domains().web)
    }

    /// The host of its API.
    #[must_use]
    pub fn api_host(self, environment: Environment) -> String {
        let first = match environment {
            Environment::Production => "www",
            Environment::Sandbox => "sandbox",
            Environment::Developer => "developer",
        };
        format!("{first}.{}", self.domains().api)
    }

    /// The host that gives out the results of jobs.
    #[must_use]
    pub fn download_host(self) -> String {
        format!("download-accl.{}", self.domains().web)
    }

    /// The host that takes uploads for bulk writes.
    #[must_use]
    pub fn content_host(self) -> String {
        format!("content.{}", self.domains().api)
    }
}

impl fmt::Display for DataCentre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.location())
    }
}

/// What the records behind a host of the API are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// Work.
    #[default]
    Production,
    /// Trying out.
    Sandbox,
    /// Developer editions.
    Developer,
}

/// What a host of Zoho's is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostKind {
    /// Tokens: `accounts.zoho.com`.
    Accounts,
    /// The API: `www.zohoapis.com`, `sandbox.zohoapis.com`.
    Api(Environment),
    /// The CRM for people, which serves the oldest version of the API, too: `crm.zoho.com`.
    Crm(Environment),
    /// Uploads for bulk writes: `content.zohoapis.com`.
    Content,
    /// Results and backups: `download-accl.zoho.com`.
    Download,
    /// Another product.
    Other,
}

/// A host of Zoho's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ZohoHost {
    /// Where it is.
    pub centre: DataCentre,
    /// What it is for.
    pub kind: HostKind,
}

impl ZohoHost {
    /// What a name stands for, in any case and with or without a dot at its end; none if it is not
    /// Zoho's. A port is no part of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_suffix('.').unwrap_or(name);
        // as a rule it is an address, which ends in a digit
        if !name.ends_with(|last: char| last.is_ascii_alphabetic()) {
            return None;
        }
        let found = families().find_map(|(centre, domain, family)| {
            let below = below(name, domain)?;
            Some((centre, below, family))
        });
        let (centre, below, family) = found?;
        let below = below.to_ascii_lowercase();
        let kind = match (family, below.as_str()) {
            (HostFamily::Api, "www" | "") => HostKind::Api(Environment::Production),
            (HostFamily::Api, "sandbox") => HostKind::Api(Environment::Sandbox),
            (HostFamily::Api, "developer") => HostKind::Api(Environment::Developer),
            (HostFamily::Api, "content") => HostKind::Content,
            (HostFamily::Web, "accounts") => HostKind::Accounts,
            (HostFamily::Web, "crm") => HostKind::Crm(Environment::Production),
            (HostFamily::Web, "crmsandbox") | (HostFamily::Sandbox, _) => {
                HostKind::Crm(Environment::Sandbox)
            }
            (HostFamily::Web, "download" | "download-accl") => HostKind::Download,
            (HostFamily::Web | HostFamily::Api, _) => HostKind::Other,
        };
        Some(Self { centre, kind })
    }
}

/// Whether a name is one of Zoho's, or below one.
#[must_use]
pub fn is_zoho(name: &str) -> bool {
    domains().any(|domain| is_within(name, domain))
}

/// Whether a name is a domain, or below it.
#[must_use]
pub fn is_within(name: &str, domain: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    below(name, domain).is_some()
}

/// The domains that all of Zoho's hosts lie below.
pub fn domains() -> impl Iterator<Item = &'static str> {
    families().map(|(_, domain, _)| domain)
}

fn families() -> impl Iterator<Item = (DataCentre, &'static str, HostFamily)> {
    DataCentre::ALL.into_iter().flat_map(|centre| {
        let domains = centre.domains();
        let usual = [
            (domains.api, HostFamily::Api),
            (domains.web, HostFamily::Web),
        ];
        let all = usual.into_iter().chain(domains.others.iter().copied());
        all.map(move |(domain, family)| (centre, domain, family))
    })
}

/// What stands before a domain in a name of it or below it.
fn below<'a>(name: &'a str, domain: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(domain.len())?;
    if !name.get(at..)?.eq_ignore_ascii_case(domain) {
        return None;
    }
    let rest = &name[..at];
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_suffix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        use DataCentre::{Au, Ca, Cn, Eu, In, Sg, Us};
        use Environment::{Developer, Production, Sandbox};
        for (name, centre, kind) in [
            ("www.zohoapis.com", Us, HostKind::Api(Production)),
            ("zohoapis.com", Us, HostKind::Api(Production)),
            ("WWW.ZohoAPIs.EU.", Eu, HostKind::Api(Production)),
            ("sandbox.zohoapis.com.au", Au, HostKind::Api(Sandbox)),
            ("developer.zohoapis.com.cn", Cn, HostKind::Api(Developer)),
            ("content.zohoapis.in", In, HostKind::Content),
            ("accounts.zoho.com", Us, HostKind::Accounts),
            ("accounts.zohocloud.ca", Ca, HostKind::Accounts),
            ("accounts.zoho.sg", Sg, HostKind::Accounts),
            ("crm.zoho.in", In, HostKind::Crm(Production)),
            ("crmsandbox.zoho.eu", Eu, HostKind::Crm(Sandbox)),
            ("crm.zohosandbox.com", Us, HostKind::Crm(Sandbox)),
            ("download-accl.zoho.com", Us, HostKind::Download),
            ("desk.zoho.com", Us, HostKind::Other),
            ("a.b.zohoapis.com", Us, HostKind::Other),
        ] {
            assert_eq!(
                ZohoHost::parse(name),
                Some(ZohoHost { centre, kind }),
                "{name}"
            );
            assert!(is_zoho(name), "{name}");
        }
        for name in [
            "",
            ".",
            "com",
            "evilzohoapis.com",
            "zohoapis.com.evil.example",
            "zohoapis.example",
            "www.zohoapis.com:443",
            "www.zohoapis.com..",
            "ü.zoho.cöm",
        ] {
            assert_eq!(ZohoHost::parse(name), None, "{name}");
            assert!(!is_zoho(name), "{name}");
        }
    }

    #[test]
    fn hosts_of_a_centre_are_known_again() {
        for centre in DataCentre::ALL {
            use Environment::{Developer, Production, Sandbox};
            let parsed = |name: String| ZohoHost::parse(&name).map(|it| (it.centre, it.kind));
            let own = |kind| Some((centre, kind));
            assert_eq!(parsed(centre.accounts_host()), own(HostKind::Accounts));
            assert_eq!(parsed(centre.content_host()), own(HostKind::Content));
            assert_eq!(parsed(centre.download_host()), own(HostKind::Download));
            for environment in [Production, Sandbox, Developer] {
                let host = centre.api_host(environment);
                assert_eq!(parsed(host), own(HostKind::Api(environment)));
            }
        }
    }
}
