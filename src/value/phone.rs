//! Phone numbers.

/// Whether a text is a phone number: a plus at most, then groups of letters and digits that a dot, a
/// hyphen or a blank separates, some of them in brackets, and an extension behind commas or a
/// semicolon; the pattern of Zoho's page on inserting records. Blanks around it are assumed not to
/// count.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    let mut rest = Rest(text.trim().as_bytes());
    rest.takes(b"+");
    if rest.begins(b".-") {
        return false;
    }
    let mut groups = 0;
    while rest.bracketed().unwrap_or_else(|| rest.group(b".-")) {
        groups += 1;
    }
    while rest.extension() {}
    rest.takes(b"#;");
    groups > 0 && rest.0.is_empty()
}

/// What is left to read.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    fn begins(&self, any: &[u8]) -> bool {
        self.0.first().is_some_and(|c| any.contains(c))
    }

    fn takes(&mut self, any: &[u8]) -> bool {
        let takes = self.begins(any);
        if takes {
            self.0 = &self.0[1..];
        }
        takes
    }

    /// Letters and digits, of which there is at least one.
    fn word(&mut self) -> bool {
        let end = self.0.iter().position(|c| !c.is_ascii_alphanumeric());
        let end = end.unwrap_or(self.0.len());
        self.0 = &self.0[end..];
        end > 0
    }

    /// Reads a part, or nothing if it does not fit.
    fn part(&mut self, read: impl FnOnce(&mut Self) -> bool) -> bool {
        let before = self.0;
        let fits = read(self);
        if !fits {
            self.0 = before;
        }
        fits
    }

    /// A word behind a separator and a blank, either of which may be absent.
    fn group(&mut self, separators: &[u8]) -> bool {
        self.part(|rest| {
            rest.takes(separators);
            rest.takes(b" ");
            rest.word()
        })
    }

    /// Words in brackets. `None` if there is no bracket; false if it is not closed.
    fn bracketed(&mut self) -> Option<bool> {
        let opens = self.0.starts_with(b"(") || self.0.starts_with(b" (");
        opens.then(|| {
            self.part(|rest| {
                rest.takes(b" ");
                rest.takes(b"(");
                if rest.begins(b".-") {
                    return false;
                }
                let mut words = 0;
                while rest.part(|rest| {
                    rest.takes(b" .-");
                    rest.word()
                }) {
                    words += 1;
                }
                words > 0 && rest.takes(b")") && !rest.begins(b".")
            })
        })
    }

    /// A word behind commas and a semicolon.
    fn extension(&mut self) -> bool {
        self.part(|rest| {
            while rest.takes(b",") {}
            rest.takes(b";");
            rest.word()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for good in [
            "5551234",
            "(541) 555-0110",
            "+1 541 555 0110",
            "+1-541-555-0110",
            "+44 (0)20 7946 0018",
            "555.0110 x12",
            "800 FLOWERS",
            "+1 541 555 0110,,12;34#",
            "(020)-555",
            " 5551234 ",
        ] {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "",
            "+",
            "please call ##",
            "555  1234",
            "++1 555",
            "-555",
            "555/1234",
            "(555",
            "()",
            "(541).555",
            "555 - 1234",
            "n/a",
            "sí",
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
