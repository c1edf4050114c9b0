//! For which names a certificate that the authority has signed is good: strict verifiers say so.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use x509_cert::der::Decode as _;
use x509_cert::der::pem::{LineEnding, encode_string};
use zoho_crm_mock::authority::Authority;

use crate::support::skip;

/// Names, and whether the authority is good for them.
const NAMES: &[(&str, bool)] = &[
    ("www.zohoapis.com", true),
    ("accounts.zoho.eu", true),
    ("accounts.zohocloud.ca", true),
    ("content.zohoapis.com.au", true),
    ("zoho.sg", true),
    ("localhost", true),
    ("127.0.0.1", true),
    ("127.9.9.9", true),
    ("::1", true),
    ("www.google.com", false),
    ("evilzohoapis.com", false),
    ("zohoapis.com.example", false),
    ("example.com", false),
    ("com", false),
    ("10.0.0.1", false),
    ("128.0.0.1", false),
    ("::2", false),
];

/// What somebody could sign who had stolen the key: a certificate of any name.
struct Thief {
    root: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Thief {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::open(folder.path()).expect("an authority");
        let both = fs::read(folder.path().join("ca-key.pem")).expect("the key");
        let key = PrivatePkcs8KeyDer::from_pem_slice(&both).expect("a key");
        let key = KeyPair::try_from(&key).expect("a key");
        let certificate = x509_cert::Certificate::from_der(authority.der()).expect("DER");
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for part in certificate.tbs_certificate().subject().iter() {
            let text = String::from_utf8_lossy(part.value.value()).into_owned();
            let kind = if part.oid.to_string() == "2.5.4.10" {
                rcgen::DnType::OrganizationName
            } else {
                rcgen::DnType::CommonName
            };
            params.distinguished_name.push(kind, text);
        }
        Self {
            root: authority.pem().to_owned(),
            issuer: Issuer::new(params, key),
        }
    }

    fn sign(&self, name: &str) -> rcgen::Certificate {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        params.signed_by(&key, &self.issuer).expect("a certificate")
    }
}

#[test]
fn rustls_takes_it_for_nothing_else() {
    let thief = Thief::new();
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(thief.root.as_bytes()).expect("PEM");
    roots.add(root).expect("a root");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    let verifier = verifier.build().expect("a verifier");
    for (name, good) in NAMES {
        let leaf = thief.sign(name);
        let server = ServerName::try_from(*name).expect("a name");
        let verified = verifier.verify_server_cert(leaf.der(), &[], &server, &[], UnixTime::now());
        assert_eq!(verified.is_ok(), *good, "{name}: {verified:?}");
    }
}

#[test]
fn openssl_takes_it_for_nothing_else() {
    if Command::new("openssl").arg("version").output().is_err() {
        return skip("the verification by openssl", "there is no openssl");
    }
    let thief = Thief::new();
    let folder = tempfile::tempdir().expect("a folder");
    let (root, leaf) = (folder.path().join("root"), folder.path().join("leaf"));
    fs::write(&root, &thief.root).expect("written");
    for (name, good) in NAMES {
        let pem = encode_string("CERTIFICATE", LineEnding::LF, thief.sign(name).der());
        fs::write(&leaf, pem.expect("PEM")).expect("written");
        let kind = if name.parse::<std::net::IpAddr>().is_ok() {
            "-verify_ip"
        } else {
            "-verify_hostname"
        };
        let mut command = Command::new("openssl");
        command.args([
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            kind,
            name,
        ]);
        command.arg("-CAfile").arg(&root).arg(&leaf);
        let verified = command.output().expect("openssl runs");
        assert_eq!(verified.status.success(), *good, "{name}: {verified:?}");
        let reason = String::from_utf8_lossy(&verified.stderr).into_owned();
        assert!(
            *good || reason.contains("permitted subtree violation"),
            "{reason}"
        );
    }
}
