//! A trust store for Java: PKCS #12 (RFC 7292) with certificates that are neither encrypted nor sealed,
//! so that it takes no password, and any that is set elsewhere.

use yasna::models::ObjectIdentifier;
use yasna::{DERWriter, construct_der};

/// `data` of PKCS #7.
const DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 1];
const CERT_BAG: &[u64] = &[1, 2, 840, 113_549, 1, 12, 10, 1, 3];
const X509_CERTIFICATE: &[u64] = &[1, 2, 840, 113_549, 1, 9, 22, 1];
const FRIENDLY_NAME: &[u64] = &[1, 2, 840, 113_549, 1, 9, 20];
/// Without this attribute, Oracle's, Java takes no certificate of such a file for trusted.
const TRUSTED_KEY_USAGE: &[u64] = &[2, 16, 840, 1, 113_894, 746_875, 1, 1];
const ANY_USAGE: &[u64] = &[2, 5, 29, 37, 0];

/// A store that trusts some certificates, which are given as DER.
pub(super) fn write<'a>(certificates: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let bags = construct_der(|bags| {
        bags.write_sequence(|bags| {
            for (number, certificate) in certificates.enumerate() {
                // Java keeps them by name
                bag(bags.next(), &number.to_string(), certificate);
            }
        });
    });
    let contents = construct_der(|contents| {
        contents.write_sequence(|contents| content(contents.next(), &bags));
    });
    construct_der(|store| {
        store.write_sequence(|store| {
            store.next().write_u8(3);
            content(store.next(), &contents);
        });
    })
}

fn oid(writer: DERWriter<'_>, numbers: &[u64]) {
    writer.write_oid(&ObjectIdentifier::from_slice(numbers));
}

fn explicit(writer: DERWriter<'_>, bytes: &[u8]) {
    writer.write_tagged(yasna::Tag::context(0), |inner| inner.write_bytes(bytes));
}

/// `ContentInfo` with plain data.
fn content(writer: DERWriter<'_>, data: &[u8]) {
    writer.write_sequence(|info| {
        oid(info.next(), DATA);
        explicit(info.next(), data);
    });
}

/// `SafeBag` with a certificate.
fn bag(writer: DERWriter<'_>, name: &str, certificate: &[u8]) {
    writer.write_sequence(|bag| {
        oid(bag.next(), CERT_BAG);
        bag.next().write_tagged(yasna::Tag::context(0), |inner| {
            inner.write_sequence(|cert| {
                oid(cert.next(), X509_CERTIFICATE);
                explicit(cert.next(), certificate);
            });
        });
        bag.next().write_set_of(|attributes| {
            attributes.next().write_sequence(|attribute| {
                oid(attribute.next(), FRIENDLY_NAME);
                attribute
                    .next()
                    .write_set_of(|values| values.next().write_bmp_string(name));
            });
            attributes.next().write_sequence(|attribute| {
                oid(attribute.next(), TRUSTED_KEY_USAGE);
                attribute
                    .next()
                    .write_set_of(|values| oid(values.next(), ANY_USAGE));
            });
        });
    });
}
