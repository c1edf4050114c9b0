//! Certificates of single hosts, made when a client asks for one by its name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use parking_lot::RwLock;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustc_hash::FxHashMap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use super::Authority;
use super::root::{CLOCK_SKEW, DAY, LOCALHOST, moment, serial};
use crate::runtime::clock::Clock;

/// How long a certificate is good: stores of systems take none that is good for longer than 398 days.
const LIFE: i64 = 365 * DAY;
/// Whatever a client may ask for, no more certificates than this are kept.
const MOST: usize = 1024;
/// The longest common name; what counts is the alternative name.
const LONGEST_NAME: usize = 64;

/// What is spoken on a connection, the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why a certificate was not made.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// The authority does not sign for the name.
    #[error("\"{0}\" is neither a host of Zoho's nor this machine")]
    NotPermitted(String),
    /// The certificate cannot be made.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The key cannot be used.
    #[error("cannot use a key: {0}")]
    Key(#[from] rustls::Error),
}

/// What a server of TLS does, with certificates that an authority signs.
///
/// # Errors
/// If there is no key to be had.
pub fn server_config(authority: Arc<Authority>) -> Result<Arc<ServerConfig>, LeafError> {
    let leaves = Arc::new(Leaves::new(authority)?);
    let provider = Arc::new(ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = config.with_no_client_auth().with_cert_resolver(leaves);
    config.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
    config.ticketer = ring::Ticketer::new()?;
    Ok(Arc::new(config))
}

/// The certificates that an authority has signed.
#[derive(Debug)]
struct Leaves {
    authority: Arc<Authority>,
    /// One for all: who has this has them all.
    key: KeyPair,
    signer: Arc<dyn SigningKey>,
    made: RwLock<FxHashMap<String, LeafCertificate>>,
}

#[derive(Clone, Debug)]
struct LeafCertificate {
    certified: Arc<CertifiedKey>,
    /// When another one takes its place.
    renewed: i64,
}

impl Leaves {
    fn new(authority: Arc<Authority>) -> Result<Self, LeafError> {
        let key = KeyPair::generate()?;
        let der = PrivatePkcs8KeyDer::from(key.serialized_der().to_vec());
        let signer = ring::sign::any_ecdsa_type(&PrivateKeyDer::Pkcs8(der))?;
        Ok(Self {
            authority,
            key,
            signer,
            made: RwLock::default(),
        })
    }

    /// The certificate of a name.
    fn leaf(&self, name: &str) -> Result<Arc<CertifiedKey>, LeafError> {
        let now = Clock::real().now();
        let made = self.made.read().get(name).cloned();
        if let Some(leaf) = made.filter(|leaf| now < leaf.renewed) {
            return Ok(leaf.certified);
        }
        let leaf = self.make(name, now)?;
        let mut made = self.made.write();
        if made.len() >= MOST {
            made.clear();
        }
        made.insert(name.to_owned(), leaf.clone());
        Ok(leaf.certified)
    }

    fn make(&self, name: &str, now: i64) -> Result<LeafCertificate, LeafError> {
        let authority = &self.authority;
        if !authority.certificate.permits(name) {
            return Err(LeafError::NotPermitted(name.to_owned()));
        }
        let root = &authority.certificate;
        let ends = now.saturating_add(LIFE).min(root.ends);
        let begins = now.saturating_sub(CLOCK_SKEW).max(root.begins);
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from_slice(&serial()?));
        params.not_before = moment(begins);
        params.not_after = moment(ends);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.subject_alt_names = vec![SanType::DnsName(name.try_into()?)];
        if name == LOCALHOST {
            let here = [
                IpAddr::from(Ipv4Addr::LOCALHOST),
                Ipv6Addr::LOCALHOST.into(),
            ];
            params
                .subject_alt_names
                .extend(here.map(SanType::IpAddress));
        }
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, name.get(..LONGEST_NAME).unwrap_or(name));
        params.distinguished_name = subject;
        let certificate = params.signed_by(&self.key, &authority.issuer)?;
        let certified =
            CertifiedKey::new(vec![certificate.der().clone()], Arc::clone(&self.signer));
        Ok(LeafCertificate {
            certified: Arc::new(certified),
            renewed: begins.midpoint(ends),
        })
    }
}

impl ResolvesServerCert for Leaves {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // who connects to an address sends no name
        let name = hello.server_name().unwrap_or(LOCALHOST);
        let leaf = self.leaf(name);
        leaf.inspect_err(|error| tracing::warn!("a client of TLS is refused: {error}"))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_kept_as_far_as_there_is_room() {
        let authority = Authority::ephemeral().expect("an authority");
        let leaves = Leaves::new(Arc::new(authority)).expect("a key");
        let of = |name: &str| leaves.leaf(name).expect("a certificate");
        let first = of("www.zohoapis.com");
        assert!(Arc::ptr_eq(&first, &of("www.zohoapis.com")));
        assert!(!Arc::ptr_eq(&first, &of("accounts.zoho.com")));
        for n in 0..MOST {
            of(&format!("h{n}.zoho.com"));
        }
        assert!(leaves.made.read().len() <= MOST);
        for name in ["www.example.com", "", "com", "x.zoho.com.example"] {
            let refused = leaves.leaf(name).expect_err("a foreign name");
            assert!(matches!(refused, LeafError::NotPermitted(_)), "{name}");
        }
        let long = format!("{}.zoho.com", "a".repeat(60));
        assert!(Arc::ptr_eq(&of(&long), &of(&long)));
    }

    #[test]
    fn a_certificate_goes_no_longer_than_its_authority() {
        let authority = Authority::ephemeral().expect("an authority");
        let ends = authority.certificate.ends;
        let leaves = Leaves::new(Arc::new(authority)).expect("a key");
        let now = Clock::real().now();
        for (at, goes) in [(now, LIFE), (ends - DAY, DAY)] {
            let leaf = leaves.make("www.zohoapis.com", at).expect("a certificate");
            let begins = at - CLOCK_SKEW;
            assert_eq!(leaf.renewed, begins.midpoint(at + goes));
        }
    }
}
