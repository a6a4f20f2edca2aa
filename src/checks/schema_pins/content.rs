//! What a pinned file says: its digests, its format, its schema, and the version that it states of itself.

use super::reading::Held;
use super::{Scene, entry, rules, stated, update};
use crate::check::{Met, Place, Rule};
use crate::digest::Digest;
use crate::formats::{jcs, json};
use crate::pins::version::{self, Stated};
use crate::pins::{Format, Pin, look};
use crate::schema::{Document, FaultSort, SchemaFault};
use crate::shown::{escaped, shell_word, shown};

/// The most faults of one schema that are told.
const TOLD: usize = 10;

/// What a pinned file turned out to be.
pub(super) enum Content {
    Schema(Document),
    /// A format that is not looked into.
    Other(Format),
    /// It could not be read, or is broken; which was said.
    Unread,
}

impl Scene<'_> {
    /// Judges the bytes and what they say.
    pub(super) fn content(&mut self, pin: &Pin, held: &Held) -> Content {
        let same = self.bytes(pin, held);
        let Ok(text) = std::str::from_utf8(&held.bytes) else {
            let message = format!("pins `{}`, which is not UTF-8 text", shown(held.path.as_str()));
            self.add(self.of(&rules::UNREADABLE, pin, (pin.path.line, &message)));
            return Content::Unread;
        };
        let Some(format) = self.format(pin, held, text) else { return Content::Unread };
        match format {
            Format::JsonSchema => {
                let named = look::by_name(held.path.as_str());
                self.looks(pin, held, &named);
                let Some(document) = self.document(pin, held, text) else { return Content::Unread };
                if named.is_empty() {
                    self.looks(pin, held, &look::by_value(document.value()));
                }
                self.canonical(pin, held, (same, text));
                self.stated(pin, held, version::stated(document.value()));
                self.foreign_patterns(pin, held, &document);
                Content::Schema(document)
            }
            Format::OpenApi | Format::Protobuf | Format::Avro => {
                self.looks(pin, held, &look::looks_like(held.path.as_str(), text));
                if format.is_json(text) {
                    self.canonical(pin, held, (same, text));
                }
                match stated::of_text(format, text) {
                    Ok(all) => self.stated(pin, held, all),
                    Err(why) => {
                        let message = format!("pins `{}`, which cannot be read as {}: {why}", shown(held.path.as_str()), format.name());
                        self.add(self.of(&rules::VERSION_UNREAD, pin, (pin.path.line, &message)));
                    }
                }
                Content::Other(format)
            }
        }
    }

    /// Whether a file looks like what its pin says that it is.
    fn looks(&mut self, pin: &Pin, held: &Held, looks: &[Format]) {
        if let (Some(at), Some(likeliest)) = (&pin.format, looks.first())
            && !looks.contains(&at.value)
        {
            let message = format!("pins `{}`, which does not look like its format", shown(held.path.as_str()));
            let met = self.of(&rules::FORMAT_DISAGREES, pin, (at.line, &message));
            self.add(met.expected(at.value.name()).actual(likeliest.name()));
        }
    }

    /// Whether the bytes are the pinned ones; where the pin does not say, they are taken for it.
    fn bytes(&mut self, pin: &Pin, held: &Held) -> bool {
        let (Some(at), Some(pinned)) = (&pin.sha256, pin.digest()) else { return true };
        if pinned == held.sha256 {
            return true;
        }
        let text = std::str::from_utf8(&held.bytes).ok();
        let canonical = text.and_then(|text| canonical(text).ok());
        let same_meaning = canonical.is_some() && canonical == pin.canonical.as_ref().and_then(|at| at.sha256().ok());
        let has_other_lines = text.is_some_and(|text| Digest::sha256(text.replace("\r\n", "\n").as_bytes()).value == pinned);
        let (why, next) = match (has_other_lines, same_meaning) {
            (true, _) => {
                let line = format!("{} -text", held.path.as_str());
                (
                    ": its lines end in CRLF here, as git writes them where it is told to",
                    format!("echo {} >> .gitattributes", shell_word(&line)),
                )
            }
            (false, true) => (": its meaning is the same, but for white space or the order of keys", restore(pin)),
            (false, false) => ("", restore(pin)),
        };
        let message = format!("pins `{}`, whose bytes are not the pinned ones{why}", shown(held.path.as_str()));
        let met = self.of(&rules::BYTES_DIFFER, pin, (at.line, &message));
        self.add(met.expected(format!("sha256:{pinned}")).actual(format!("sha256:{}", held.sha256)).next(next));
        false
    }

    fn canonical(&mut self, pin: &Pin, held: &Held, (same, text): (bool, &str)) {
        let Some(at) = &pin.canonical else {
            // A number that RFC 8785 does not write leaves a file without a canonical form, and its bytes are pinned all the same.
            if canonical(text).is_err() && json::parse(text).is_ok() {
                return;
            }
            let met = self.of(&rules::NO_CANONICAL, pin, (pin.line, "has no `canonical`"));
            return self.add(met.next(update(pin)));
        };
        // Where the bytes are others, their form is too: once is enough.
        let (true, Ok(pinned)) = (same, at.sha256()) else { return };
        match canonical(text) {
            Ok(found) if found == pinned => {}
            Ok(found) => {
                let message = format!("pins `{}`, whose canonical form is not the pinned one", shown(held.path.as_str()));
                let met = self.of(&rules::CANONICAL_DIFFERS, pin, (at.line, &message));
                self.add(met.expected(format!("sha256:{pinned}")).actual(format!("sha256:{found}")).next(update(pin)));
            }
            Err((line, why)) => {
                let place = Place::at(escaped(held.path.as_str()), line);
                self.add(Met::new(&rules::NOT_JSON, place, format!("has no canonical form: {why}")).subject(shown(&pin.name.value)));
            }
        }
    }

    /// The format as it is written, else as the file shows it.
    fn format(&mut self, pin: &Pin, held: &Held, text: &str) -> Option<Format> {
        if let Some(at) = &pin.format {
            return Some(at.value);
        }
        let shown_format = look::looks_like(held.path.as_str(), text).first().copied();
        let (rule, message) = match shown_format {
            Some(format) => (&rules::NO_FORMAT, format!("has no `format`; its file is taken for `{}`", format.name())),
            None => (&rules::UNKNOWN_FORMAT, "has no `format`, and its file does not show one".to_owned()),
        };
        let met = self.of(rule, pin, (pin.line, &message));
        self.add(met.expected("format = \"json-schema\", \"openapi\", \"protobuf\" or \"avro\"").actual("none"));
        shown_format
    }

    fn document(&mut self, pin: &Pin, held: &Held, text: &str) -> Option<Document> {
        match Document::read(text) {
            Ok(document) => Some(document),
            Err(faults) => {
                let more = faults.len().saturating_sub(TOLD);
                for fault in faults.iter().take(TOLD) {
                    let at = if fault.pointer.is_empty() { String::new() } else { format!("at `{}`: ", shown(&fault.pointer)) };
                    let place = Place::at(escaped(held.path.as_str()), fault.line);
                    let met = Met::new(rule_of(fault), place, format!("{at}{}", fault.message));
                    self.add(met.subject(shown(&pin.name.value)));
                }
                if let (Some(last), true) = (faults.last(), more > 0) {
                    let place = Place::at(escaped(held.path.as_str()), last.line);
                    self.add(Met::new(rule_of(last), place, format!("and {more} more")).subject(shown(&pin.name.value)));
                }
                None
            }
        }
    }

    /// The first pattern that other validators may read otherwise, for all of them.
    fn foreign_patterns(&mut self, pin: &Pin, held: &Held, document: &Document) {
        let Some((pattern, why)) = document.foreign_patterns().first() else { return };
        let others = match document.foreign_patterns().len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let message = format!("pins `{}` with the pattern `{}`{others}: {why}", shown(held.path.as_str()), shown(pattern));
        self.add(self.of(&rules::FOREIGN_PATTERN, pin, (pin.path.line, &message)));
    }

    fn stated(&mut self, pin: &Pin, held: &Held, all: Vec<Stated>) {
        let (Some(at), Some(pinned)) = (&pin.version, entry::version_of(pin)) else { return };
        for stated in all.iter().filter(|stated| !version::agrees(&stated.text, &pinned)) {
            let message = format!("pins `{}`, which says another version in `{}`", shown(held.path.as_str()), shown(&stated.at));
            let rule = if stated.is_sure() { &rules::VERSION_DISAGREES } else { &rules::VERSION_UNLIKE };
            let met = self.of(rule, pin, (at.line, &message));
            self.add(met.expected(pinned.to_string()).actual(shown(&stated.text)));
        }
    }
}

/// The command that writes a copy as it was pinned.
fn restore(pin: &Pin) -> String {
    let version = pin.version.as_ref().map_or_else(String::new, |at| format!(" --version {}", shell_word(&at.value)));
    format!("gate pins update {}{version} --force", shell_word(&pin.name.value))
}

fn rule_of(fault: &SchemaFault) -> &'static Rule {
    match fault.sort {
        FaultSort::NotJson => &rules::NOT_JSON,
        FaultSort::Draft => &rules::UNSUPPORTED_DRAFT,
        FaultSort::Invalid => &rules::INVALID_SCHEMA,
        FaultSort::Pattern => &rules::PATTERN_UNREAD,
        FaultSort::Unresolved | FaultSort::Endless => &rules::UNRESOLVED_REF,
        FaultSort::TooLarge => &rules::TOO_LARGE,
    }
}

/// The hexadecimal SHA-256 of the canonical form of a JSON text, or where and why there is none.
fn canonical(text: &str) -> Result<String, (usize, String)> {
    let canonical = jcs::canonical(text).map_err(|fault| (fault.line, fault.message))?;
    Ok(Digest::sha256(canonical.as_bytes()).value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_order_are_no_part_of_the_canonical_form() {
        assert_eq!(canonical("{\"b\": 1.0, \"a\": [ ]}"), canonical("{\"a\":[],\"b\":1}\n"));
        assert!(canonical("{\"a\": 1, \"a\": 2}").is_err());
    }
}
