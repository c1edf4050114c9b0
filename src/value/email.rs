//! E-mail addresses.

/// Whether a text is an address, by the pattern of Zoho's page on inserting records: a name, one
/// `@`, and words that dots separate, the last one of letters.
#[must_use]
pub fn is_email(text: &str) -> bool {
    const DOMAIN: std::ops::RangeInclusive<usize> = 4..=256;
    const LAST: std::ops::RangeInclusive<usize> = 2..=22;
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let Some((words, last)) = domain.rsplit_once('.') else {
        return false;
    };
    let first = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-' | '_');
    let named = |c: char| first(c) || "!#$%&'*/=?^`{|}~.".contains(c);
    local.starts_with(first)
        && local.chars().all(named)
        && DOMAIN.contains(&domain.chars().count())
        && words.split('.').all(is_word)
        && LAST.contains(&last.chars().count())
        && last.chars().all(char::is_alphabetic)
}

/// Letters and digits, between which there may be hyphens and underscores.
fn is_word(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric)
        && word.ends_with(char::is_alphanumeric)
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "a@b.co",
            "first.last+tag@sub.example.com",
            "o'neil@example.org",
            "jürgen@büro.example",
            "_a@my-host_1.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a b@c.de",
            "a@b@c.de",
            "a@.de",
            "a@b..de",
            "a@b.de ",
            "a@-b.de",
            "a@10.0.0.1",
            ".a@b.de",
            "a@b.c",
            "<a@b.de>",
            "[ENCRYPTED]",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
