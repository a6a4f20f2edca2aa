//! The section of CONTRIBUTING that tells of the hook.

const TEMPLATE: &str = include_str!("../../templates/contributing-hook.md");

/// Where projects keep it; the first is where it is written when there is none.
pub(crate) const PLACES: [&str; 3] = ["CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md"];

/// The text with the section at its end; `None`: it tells of the hook already.
pub(crate) fn contributing(before: Option<&str>) -> Option<String> {
    let before = before.unwrap_or("# Contributing\n");
    if before.contains("gate hook install") {
        return None;
    }
    let line = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match before {
        "" => "",
        text if text.ends_with('\n') => line,
        _ => &format!("{line}{line}"),
    };
    Some(format!("{before}{gap}{}", TEMPLATE.replace('\n', line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_is_there_stays_and_the_section_comes_once() {
        for before in ["", "# Contributing\r\n\r\nBe kind.\r\n", "no newline at the end", "# Contributing\n"] {
            let after = contributing(Some(before)).unwrap();
            assert!(after.starts_with(before) && after.contains("## Before a push"), "{after}");
            assert_eq!(after.contains('\r'), before.contains('\r'));
            assert_eq!(contributing(Some(&after)), None);
        }
        assert!(contributing(None).is_some_and(|text| text.starts_with("# Contributing\n\n## ")));
    }
}
