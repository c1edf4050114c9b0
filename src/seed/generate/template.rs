//! Texts with places to be filled in: `{company} - {phrase:deals}`.

/// A text in parts.
#[derive(Clone, Debug)]
pub(super) struct Template<T>(pub(super) Vec<Part<T>>);

/// A part of a [`Template`].
#[derive(Clone, Debug)]
pub(super) enum Part<T> {
    /// As it stands.
    Text(Box<str>),
    /// To be filled in.
    Slot(T),
}

impl<T> Template<T> {
    /// Reads a template. `slot` knows the names in braces.
    ///
    /// # Errors
    /// The name that is unknown, or the text where a brace is missing.
    pub(super) fn parse(text: &str, slot: impl Fn(&str) -> Option<T>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            let (name, after) = after.split_once('}').ok_or_else(|| text.to_owned())?;
            parts.push(Part::Slot(slot(name).ok_or_else(|| name.to_owned())?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let slot = |name: &str| (name == "a").then_some('a');
        let template = Template::parse("x {a}-{a}", slot).expect("a template");
        let shown: Vec<String> = template
            .0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Slot(slot) => format!("<{slot}>"),
            })
            .collect();
        assert_eq!(shown, ["x ", "<a>", "-", "<a>"]);
        assert_eq!(Template::parse("{b}", slot).err().as_deref(), Some("b"));
        assert_eq!(Template::parse("x{a", slot).err().as_deref(), Some("x{a"));
    }
}
