//! Bodies of parts, as scenarios write them.

/// Stands where a file says of itself what it is made of.
const BOUNDARY: &str = "----a-scenario";

/// The media type of bodies that [`form`] makes.
pub(crate) fn media_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// The body of parts that the lines below `<form>` tell of; none for another body.
pub(crate) fn form(text: &str) -> Option<Vec<u8>> {
    let lines = text.strip_prefix("<form>")?;
    let mut body = Vec::new();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once('=')
            .unwrap_or_else(|| panic!("no part: {line}"));
        let (file, content) = match value.strip_prefix('@') {
            Some(file) => {
                let (file_name, content) = file.split_once(' ').unwrap_or((file, ""));
                (format!("; filename=\"{file_name}\""), made(content))
            }
            None => (String::new(), value.as_bytes().to_vec()),
        };
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Some(body)
}

/// The content of a file: `png 40x30` and `gif 40x30` are the heads of images of that size, `bytes
/// 100` so many bytes, and anything else is a text.
fn made(content: &str) -> Vec<u8> {
    let size = |text: &str| {
        let (width, height) = text.split_once('x')?;
        Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?))
    };
    if let Some((width, height)) = content.strip_prefix("png ").and_then(size) {
        let mut png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec();
        png.extend(width.to_be_bytes().iter().chain(&height.to_be_bytes()));
        png.extend_from_slice(b"\x08\x06\x00\x00\x00");
        return png;
    }
    if let Some((width, height)) = content.strip_prefix("gif ").and_then(size) {
        let side = |side: u32| u16::try_from(side).expect("a small image").to_le_bytes();
        return [&b"GIF89a"[..], &side(width), &side(height), b"\0\0\0"].concat();
    }
    let bytes = content.strip_prefix("bytes ").and_then(|n| n.parse().ok());
    match bytes {
        Some(length) => vec![b'.'; length],
        None => content.as_bytes().to_vec(),
    }
}
