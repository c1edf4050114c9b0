//! Any bytes as a form of parts: they are read or refused. Nothing panics, no part is longer than the
//! body, and limits hold.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::request::multipart::{self, FormLimits};

fuzz_target!(|input: (&str, &[u8])| {
    let (boundary, body) = input;
    let limits = FormLimits {
        parts: 3,
        part_bytes: 100,
    };
    for content_type in [
        format!("multipart/form-data; boundary={boundary}"),
        format!("multipart/form-data; boundary=\"{boundary}\""),
        "multipart/form-data; boundary=x".to_owned(),
        boundary.to_owned(),
    ] {
        if let Ok(parts) = multipart::read(&content_type, body, FormLimits::NONE) {
            let bytes: usize = parts.iter().map(|part| part.bytes.len()).sum();
            assert!(bytes <= body.len());
        }
        if let Ok(parts) = multipart::read(&content_type, body, limits) {
            assert!(parts.len() <= 3 && parts.iter().all(|part| part.bytes.len() <= 100));
        }
    }
});
