//! Pins of other repositories' schemas: each at one version, with its commit and the digests of its bytes. What is written in the pins file is
//! kept as it is written, with its line: whether a version is one is for whoever judges to say.
//!
//! - [`Pins::read`] reads a pins file, [`file`] as TOML and [`manifest`] as the JSON of other tools.
//! - [`edit`] adds entries and sets values, and leaves every other byte as it is.
//! - [`look`] says what a file looks like.
//! - [`mirrors`] asks the local mirrors of their repositories.
//! - [`place`] says what a pin may be called, and where its copy may lie.
//! - [`version`] knows what a version is (`parse`), its tags (`tags`, `of_tag`), the step between two (`bump`), and what a file states of its own
//!   (`stated`, `agrees`).

pub(crate) mod edit;
mod fields;
mod file;
pub(crate) mod look;
mod manifest;
pub(crate) mod mirrors;
pub(crate) mod place;
pub(crate) mod version;

use crate::digest::{Algorithm, Digest};

/// A value, and the line that it stands in, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

/// What a pinned file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    JsonSchema,
    OpenApi,
    Protobuf,
    Avro,
}

/// What this repository does with documents of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It reads documents that others wrote, the old ones included.
    Reader,
    /// It writes documents that holders of the old schema read.
    Writer,
    Both,
}

/// Which documents must stay valid when a pin moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Every old document is valid under the new schema.
    Backward,
    /// Every new document is valid under the old schema.
    Forward,
    Full,
}

impl Direction {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
            Self::Full => "full",
        }
    }
}

/// How far back the old schemas go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The last one.
    Last,
    /// Every one that the pin ever had.
    Transitive,
}

/// What a pin that moves must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Compatibility {
    pub(crate) direction: Direction,
    pub(crate) reach: Reach,
}

/// One schema of another repository. A manifest of another tool may lack most of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) name: At<String>,
    /// A URL or a path, as it was given.
    pub(crate) repo: At<String>,
    pub(crate) version: Option<At<String>>,
    /// The tag that the version was resolved by.
    pub(crate) tag: Option<At<String>>,
    pub(crate) commit: Option<At<String>>,
    /// Where the file lies in the other repository.
    pub(crate) source_path: Option<At<String>>,
    /// Where it lies here, below the root.
    pub(crate) path: At<String>,
    /// Of the bytes, with its algorithm.
    pub(crate) sha256: Option<At<String>>,
    /// Of the canonical form (RFC 8785), with its algorithm.
    pub(crate) canonical: Option<At<String>>,
    pub(crate) format: Option<At<Format>>,
    pub(crate) role: Option<At<Role>>,
    /// As it is written; else the role says it.
    pub(crate) compatibility: Option<At<Compatibility>>,
    /// Globs of documents that must stay valid.
    pub(crate) fixtures: Vec<At<String>>,
    /// The old names of the aliases that are in force for its documents.
    pub(crate) aliases: Vec<At<String>>,
    /// A local mirror of the repository.
    pub(crate) upstream: Option<At<String>>,
    /// Where the entry begins.
    pub(crate) line: usize,
}

/// A field that has another name now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) old: At<String>,
    pub(crate) new: At<String>,
    /// The version that brought the new name.
    pub(crate) since: At<String>,
    /// The date after which the old name must be gone, as `2027-01-31`.
    pub(crate) remove_after: At<String>,
    pub(crate) line: usize,
}

/// A break that somebody means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AcceptedBreak {
    /// Of the pin.
    pub(crate) name: At<String>,
    /// The versions.
    pub(crate) from: At<String>,
    pub(crate) to: At<String>,
    pub(crate) who: At<String>,
    pub(crate) why: At<String>,
    /// The date until which both versions are served, as `2027-01-31`.
    pub(crate) both_until: At<String>,
    pub(crate) line: usize,
}

/// A pins file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pins {
    pub(crate) pins: Vec<Pin>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) accepted: Vec<AcceptedBreak>,
}

/// What is wrong with a pins file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PinsFault {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) message: String,
    /// What to do, where something is known.
    pub(crate) help: Option<String>,
}

/// The pins file, unless another is named.
pub(crate) const FILE: &str = "lockfiles/schemas.toml";

/// The largest pins file that is read.
pub(crate) const LIMIT: u64 = 8 << 20;

/// The largest schema that is read, wherever it is.
pub(crate) const LARGEST_SCHEMA: u64 = 8 << 20;

/// The most entries of one list.
const MOST: usize = 10_000;

/// The most faults that are told of one pins file; the rest are counted.
const TOLD: usize = 50;

impl Pins {
    /// Reads a pins file: a JSON manifest where its name ends in `.json`, else TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the lines; never empty.
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, Vec<PinsFault>> {
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > LIMIT {
            return Err(vec![PinsFault::on(1, format!("it is larger than {} MiB", LIMIT >> 20))]);
        }
        let (pins, mut faults) = if name.ends_with(".json") { manifest::read(text) } else { file::read(text) };
        if faults.is_empty() {
            return Ok(pins);
        }
        faults.sort_by_key(|fault| fault.line);
        let more = faults.len().saturating_sub(TOLD);
        if more > 0 {
            faults.truncate(TOLD);
            faults.extend(faults.last().map(|last| PinsFault::on(last.line, format!("and {more} more"))));
        }
        Err(faults)
    }
}

impl PinsFault {
    fn on(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl Format {
    /// Every format, as it is written.
    pub(crate) const NAMES: [(&str, Self); 4] =
        [("json-schema", Self::JsonSchema), ("openapi", Self::OpenApi), ("protobuf", Self::Protobuf), ("avro", Self::Avro)];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JsonSchema => "json-schema",
            Self::OpenApi => "openapi",
            Self::Protobuf => "protobuf",
            Self::Avro => "avro",
        }
    }
}

impl Role {
    /// Every role, as it is written.
    pub(crate) const NAMES: [(&str, Self); 3] = [("reader", Self::Reader), ("writer", Self::Writer), ("both", Self::Both)];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Both => "both",
        }
    }

    /// What it asks of a pin that moves.
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Reader => Direction::Backward,
            Self::Writer => Direction::Forward,
            Self::Both => Direction::Full,
        }
    }

    /// Whether a direction gives it what it needs.
    fn is_served_by(self, direction: Direction) -> bool {
        direction == Direction::Full || direction == self.direction()
    }
}

impl Compatibility {
    /// Every compatibility, as it is written.
    pub(crate) const NAMES: [(&str, Self); 6] = [
        ("backward", Self { direction: Direction::Backward, reach: Reach::Last }),
        ("backward-transitive", Self { direction: Direction::Backward, reach: Reach::Transitive }),
        ("forward", Self { direction: Direction::Forward, reach: Reach::Last }),
        ("forward-transitive", Self { direction: Direction::Forward, reach: Reach::Transitive }),
        ("full", Self { direction: Direction::Full, reach: Reach::Last }),
        ("full-transitive", Self { direction: Direction::Full, reach: Reach::Transitive }),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, compatibility)| *compatibility == self).map_or("", |(name, _)| name)
    }
}

/// Whether a text is written as git writes the ids of its objects, whole.
pub(crate) fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is a commit and no name of one.
pub(crate) fn is_commit(text: &str) -> bool {
    is_object_id(text) && !text.bytes().all(|b| b == b'0')
}

impl At<String> {
    /// The SHA-256 that is written, in lowercase hex.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn sha256(&self) -> Result<String, String> {
        match Digest::read(&self.value, Algorithm::Sha256) {
            Ok(Digest { algorithm: Algorithm::Sha256, value }) => Ok(value),
            Ok(other) => Err(format!("it is {}", other.algorithm.name())),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Pin {
    /// The SHA-256 of the bytes that are pinned, in lowercase hex; `None`: none is written, or what is written is none.
    pub(crate) fn digest(&self) -> Option<String> {
        self.sha256.as_ref()?.sha256().ok()
    }

    /// Its version as it is written, or that it has none.
    pub(crate) fn written_version(&self) -> &str {
        self.version.as_ref().map_or("no version", |at| at.value.as_str())
    }

    /// The local mirror of its repository: as it is written, else the repository, where that is a path.
    pub(crate) fn mirror(&self) -> Option<&str> {
        let written = self.upstream.as_ref().map(|at| at.value.as_str());
        let is_path = |repo: &&str| !repo.contains("://") && !repo.split('/').next().unwrap_or_default().contains(':');
        written.or_else(|| Some(self.repo.value.as_str()).filter(is_path))
    }

    /// What must hold when it moves: as it is written, else as the role says; `None`: neither is written.
    pub(crate) fn must_keep(&self) -> Option<Compatibility> {
        let written = self.compatibility.as_ref().map(|at| at.value);
        written.or_else(|| self.role.as_ref().map(|role| Compatibility { direction: role.value.direction(), reach: Reach::Last }))
    }
}

#[cfg(test)]
mod read_test;
