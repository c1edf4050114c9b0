//! Addresses of websites.

/// What an address may begin with.
const BEGINNINGS: [&str; 7] = [
    "http://www.",
    "https://www.",
    "ftp://www.",
    "www.",
    "http://",
    "https://",
    "ftp://",
];

/// Whether a text is the address of a website: two words or more that dots separate, then a path;
/// the pattern of Zoho's page on inserting records.
#[must_use]
pub fn is_website(text: &str) -> bool {
    let text = text.trim();
    // any of the beginnings that leaves an address, or none
    let mut beginnings = BEGINNINGS.iter().filter_map(|b| text.strip_prefix(b));
    beginnings.any(is_address) || is_address(text)
}

fn is_address(text: &str) -> bool {
    let (host, path) = text.split_once('/').unwrap_or((text, ""));
    let mut words = host.split('.');
    let first = words.next().is_some_and(|word| {
        let signs = |c| matches!(c, '"'..='\'' | '*'..=',' | ':'..='@' | '['..='^' | '`' | '{' | '}'..='\x7f');
        fits(word, signs)
    });
    let mut others = words.peekable();
    let signs =
        |c| matches!(c, '"' | '$'..=',' | '<' | '>' | '@' | '['..='^' | '`' | '{' | '}'..='\x7f');
    let path_signs = |c| matches!(c, '\0'..='\x19' | '"' | '<' | '>' | '^' | '{' | '}'..='\x7f');
    first
        && others.peek().is_some()
        && others.all(|word| fits(word, signs))
        && !path.contains(path_signs)
}

fn fits(word: &str, excluded: impl Fn(char) -> bool) -> bool {
    !word.is_empty() && !word.contains(|c| matches!(c, '\0'..='\x19') || excluded(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "example.com",
            "www.example.com",
            "http://example.com",
            "https://www.example.co.uk/a/b?c=d&e=f#g",
            "https://www.cascadevalleywater.example",
            "www.net",
            "http://10.0.0.1:8080/",
            "büro.example",
        ] {
            assert!(is_website(good), "{good}");
        }
        for bad in [
            "",
            "example",
            "http://",
            "http://localhost:8080",
            "a@example.com",
            "https://example..com",
            "mailto:a.b",
            "example.com/<b>",
        ] {
            assert!(!is_website(bad), "{bad}");
        }
    }
}
