//! The certificate of an authority: how it is made, and what must be true of one that is read.

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PublicKeyData as _, SerialNumber,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::OffsetDateTime;
use x509_cert::der::asn1::Utf8StringRef;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::pem::{LineEnding, encode_string};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints as ReadConstraints, NameConstraints as ReadNames};

use crate::hosts;

/// The maker that stands in the names of all authorities of this program.
const MAKER: &str = "zoho-crm-mock";
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// A day, in seconds.
pub(super) const DAY: i64 = 24 * 60 * 60;
/// How long an authority is trusted: whoever has put it into a store does so once in three years.
const LIFE: i64 = 3 * 365 * DAY;
/// Clocks of clients in containers and virtual machines may be behind.
pub(super) const CLOCK_SKEW: i64 = DAY;

/// The name of this machine besides its addresses.
pub(super) const LOCALHOST: &str = "localhost";

/// Why a text is no authority of this program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RootFault {
    /// There is no certificate in it.
    #[error("it holds no certificate")]
    NoCertificate,
    /// There is no private key in it.
    #[error("it holds no private key")]
    NoKey,
    /// The certificate cannot be read.
    #[error("its certificate cannot be read")]
    Unreadable,
    /// The key cannot be read.
    #[error("its private key cannot be read")]
    UnreadableKey,
    /// Another program has made it.
    #[error("its certificate was not made by zoho-crm-mock")]
    Foreign,
    /// It could sign for names that are not Zoho's.
    #[error("its certificate is not limited to Zoho's hosts and this machine")]
    Unlimited,
    /// The key is that of another certificate.
    #[error("its private key does not belong to its certificate")]
    OtherKey,
    /// The certificate was altered.
    #[error("the signature of its certificate is wrong")]
    Signature,
}

/// The certificate of an authority.
#[derive(Debug)]
pub(super) struct RootCertificate {
    pub(super) der: CertificateDer<'static>,
    /// The common name, which no other authority has.
    name: String,
    /// From when and until when it is trusted, in seconds since 1970.
    pub(super) begins: i64,
    pub(super) ends: i64,
    /// The domains that it may sign for.
    domains: Vec<String>,
}

/// The certificate and the key of an authority.
pub(super) struct Root {
    pub(super) certificate: RootCertificate,
    pub(super) key: KeyPair,
}

impl Root {
    /// A new authority.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub(super) fn make(now: i64) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let serial = serial()?;
        let mark: String = serial[..4].iter().map(|b| format!("{b:02x}")).collect();
        let name = format!("{MAKER} local CA {mark}");
        let (begins, ends) = (now.saturating_sub(CLOCK_SKEW), now.saturating_add(LIFE));
        let domains: Vec<String> = hosts::domains()
            .chain([LOCALHOST])
            .map(Into::into)
            .collect();
        let mut params = described(&name);
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = moment(begins);
        params.not_after = moment(ends);
        params.name_constraints = Some(limits(&domains));
        let der = params.self_signed(&key)?.der().clone();
        Ok(Self {
            certificate: RootCertificate {
                der,
                name,
                begins,
                ends,
                domains,
            },
            key,
        })
    }

    /// Reads what [`pem`](Self::pem) wrote.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn read(text: &[u8]) -> Result<Self, RootFault> {
        let certificate = RootCertificate::read(text)?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text).map_err(|_| RootFault::NoKey)?;
        let key = KeyPair::try_from(&key).map_err(|_| RootFault::UnreadableKey)?;
        let parsed = x509_cert::Certificate::from_der(&certificate.der);
        let parsed = parsed.map_err(|_| RootFault::Unreadable)?;
        let public = parsed.tbs_certificate().subject_public_key_info();
        if public.subject_public_key.as_bytes() != Some(key.der_bytes()) {
            return Err(RootFault::OtherKey);
        }
        Ok(Self { certificate, key })
    }

    /// Certificate and key as text. They are one text since they belong together: whoever reads it
    /// cannot meet the key of one authority and the certificate of another.
    pub(super) fn pem(&self) -> String {
        let key = as_pem("PRIVATE KEY", self.key.serialized_der());
        self.certificate.pem() + &key
    }

    /// What signs certificates.
    pub(super) fn issuer(self) -> (RootCertificate, Issuer<'static, KeyPair>) {
        let params = described(&self.certificate.name);
        (self.certificate, Issuer::new(params, self.key))
    }
}

impl RootCertificate {
    /// Reads the first certificate of a text.
    ///
    /// # Errors
    /// If there is none, or it is none of an authority that [`Root::make`] made.
    pub(super) fn read(text: &[u8]) -> Result<Self, RootFault> {
        let der = CertificateDer::from_pem_slice(text).map_err(|_| RootFault::NoCertificate)?;
        let parsed = x509_cert::Certificate::from_der(&der).map_err(|_| RootFault::Unreadable)?;
        let content = parsed.tbs_certificate();
        let maker = named(content.subject(), ORGANIZATION);
        let name = named(content.subject(), COMMON_NAME);
        let name = name.filter(|_| maker.as_deref() == Some(MAKER));
        let name = name.ok_or(RootFault::Foreign)?;
        if !is_signed_by_itself(&parsed) {
            return Err(RootFault::Signature);
        }
        let seconds = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
        };
        Ok(Self {
            name,
            begins: seconds(content.validity().not_before),
            ends: seconds(content.validity().not_after),
            domains: domains_of(content).ok_or(RootFault::Unlimited)?,
            der,
        })
    }

    /// The certificate as text.
    pub(super) fn pem(&self) -> String {
        as_pem("CERTIFICATE", &self.der)
    }

    /// Whether it may sign for a name.
    pub(super) fn permits(&self, name: &str) -> bool {
        let mut domains = self.domains.iter();
        domains.any(|domain| hosts::is_within(name, domain))
    }
}

/// What is the same in all authorities, and the name.
fn described(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, MAKER);
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // it can sign neither mail nor programs
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// Nothing but some domains, and this machine.
fn limits(domains: &[String]) -> NameConstraints {
    let domains = domains.iter().cloned().map(GeneralSubtree::DnsName);
    let addresses = [
        CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8),
        CidrSubnet::from_v6_prefix(std::net::Ipv6Addr::LOCALHOST.octets(), 128),
    ];
    let addresses = addresses.map(GeneralSubtree::IpAddress);
    NameConstraints {
        permitted_subtrees: domains.chain(addresses).collect(),
        excluded_subtrees: Vec::new(),
    }
}

/// The domains that a certificate is limited to; none if it is not limited to Zoho's and this machine.
fn domains_of(content: &x509_cert::TbsCertificate) -> Option<Vec<String>> {
    let (_, basic) = content.get_extension::<ReadConstraints>().ok()??;
    let (critical, names) = content.get_extension::<ReadNames>().ok()??;
    if !critical || !basic.ca || basic.path_len_constraint != Some(0) {
        return None;
    }
    let mut domains = Vec::new();
    let mut addresses = 0;
    for subtree in names.permitted_subtrees? {
        match subtree.base {
            GeneralName::DnsName(name) => {
                let name = name.as_str();
                if name != LOCALHOST && !hosts::is_zoho(name) {
                    return None;
                }
                domains.push(name.to_owned());
            }
            GeneralName::IpAddress(subnet) => {
                if !is_loopback(subnet.as_bytes()) {
                    return None;
                }
                addresses += 1;
            }
            _ => return None,
        }
    }
    // without one of a kind all names of that kind would do
    (!domains.is_empty() && addresses > 0).then_some(domains)
}

/// Whether an address and its mask stand for nothing but this machine.
fn is_loopback(subnet: &[u8]) -> bool {
    match subnet.split_at(subnet.len() / 2) {
        ([127, ..], mask @ [255, ..]) => mask.len() == 4,
        (address, mask) => *address == std::net::Ipv6Addr::LOCALHOST.octets() && *mask == [255; 16],
    }
}

/// The part of a name that has a type, if it has one such part.
fn named(name: &x509_cert::name::Name, part: ObjectIdentifier) -> Option<String> {
    let mut parts = name.iter().filter(|it| it.oid == part);
    let text = parts.next()?.value.decode_as::<Utf8StringRef<'_>>().ok()?;
    parts.next().is_none().then(|| text.as_str().to_owned())
}

fn is_signed_by_itself(certificate: &x509_cert::Certificate) -> bool {
    let content = certificate.tbs_certificate();
    let Ok(signed) = content.to_der() else {
        return false;
    };
    let key = &content.subject_public_key_info().subject_public_key;
    let signature = certificate.signature().raw_bytes();
    let known = ring::default_provider().signature_verification_algorithms;
    let mut known = known.all.iter();
    known.any(|it| {
        let verified = it.verify_signature(key.raw_bytes(), &signed, signature);
        verified.is_ok()
    })
}

/// The number of a certificate, which no other one of its issuer has.
pub(super) fn serial() -> Result<[u8; 16], rcgen::Error> {
    let mut serial = [0; 16];
    let random = ring::default_provider().secure_random;
    let filled = random.fill(&mut serial);
    filled.map_err(|_| rcgen::Error::RingUnspecified)?;
    // a positive number of this length
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(serial)
}

/// A time of a certificate.
pub(super) fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn as_pem(label: &str, bytes: &[u8]) -> String {
    // it fails for labels and lengths that do not occur
    encode_string(label, LineEnding::LF, bytes).unwrap_or_default()
}
