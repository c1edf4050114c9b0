//! Zips, as scenarios write them: a line `== name` for each file, and its content below.

use std::io::{Read as _, Write as _};

use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};

/// Stands where a body says of itself what it is made of.
const BOUNDARY: &str = "----a-scenario";

/// A form with the zip that the lines below `<zip>` tell of, and its media type; none for another
/// body. `<zip as data>` names the part.
pub(crate) fn upload(text: &str) -> Option<(Vec<u8>, String)> {
    let (head, files) = text.strip_prefix("<zip")?.split_once('>')?;
    let part = head.trim().strip_prefix("as ").unwrap_or("file");
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"it.zip\"\r\n\
         Content-Type: application/zip\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&match files.trim_start().strip_prefix("<raw>") {
        Some(raw) => raw.trim_start_matches('\n').as_bytes().to_vec(),
        None => zip(files),
    });
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let media = format!("multipart/form-data; boundary={BOUNDARY}");
    Some((body, media))
}

fn zip(files: &str) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for file in files.split("\n== ").skip(1) {
        let (name, content) = file.split_once('\n').unwrap_or((file, ""));
        // names are written as they stand there, also those that lead out of the zip
        let file = archive.new_file(EntryPath::verbatim(name.as_bytes()));
        let file = file.compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().expect("a file of a zip");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content.as_bytes()).expect("memory");
        let (_, descriptor) = writer.finish().expect("memory");
        entry.finish(descriptor).expect("memory");
    }
    archive.finish().expect("memory")
}

/// The files of a zip in the same form; none for what is no zip.
pub(crate) fn shown(bytes: &[u8]) -> Option<String> {
    let archive = bytes
        .starts_with(b"PK")
        .then(|| ZipArchive::from_slice(bytes))?;
    let archive = archive.ok()?;
    let mut text = String::new();
    let mut entries = archive.entries();
    while let Some(file) = entries.next_entry().expect("a file of a zip") {
        let name = String::from_utf8_lossy(file.file_path().as_bytes()).into_owned();
        let entry = archive.get_entry(file.wayfinder()).expect("its content");
        let data = flate2::bufread::DeflateDecoder::new(entry.data());
        text.push_str(&format!("== {name}\n"));
        let read = entry.verifying_reader(data).read_to_string(&mut text);
        read.expect("a text");
    }
    Some(text)
}
