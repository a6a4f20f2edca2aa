//! Where data comes from, and which data is expected.

use serde::Deserialize;

use crate::config::{DataOptions, EvidencePath, Fault, Reason, RunOptions};
use crate::digest::{Algorithm, Digest, NotADigest, is_placeholder};
use crate::run::settings::fault;
use crate::shown::shown;
use crate::world::{Files, LookError, RelPath};

/// The one source of a project's data.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A folder or a file.
    Path(RelPath),
    /// A `.dvc` file or a `dvc.lock`, and which of its outputs.
    Dvc { file: RelPath, out: Option<String> },
    /// A git-lfs file.
    Lfs(RelPath),
    /// A list of files with their sums.
    Manifest(RelPath),
    /// A label.
    Id(String),
    /// There is no data.
    None(Reason),
}

/// Which data is expected.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// Nobody says.
    Nothing,
    /// `expect`.
    Literal(String),
    /// `expect-file`.
    File(RelPath),
}

impl Source {
    pub(super) fn read(options: &RunOptions) -> Result<Self, Fault> {
        let data = &options.data;
        let named: Vec<&str> = [
            ("path", data.path.is_some()),
            ("dvc", data.dvc.is_some()),
            ("lfs", data.lfs.is_some()),
            ("manifest", data.manifest.is_some()),
            ("id", data.id.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect();
        if let (Some(_), Some(name)) = (&options.no_data, named.first()) {
            return Err(fault(&format!("`no-data` and `[run.data] {name}` contradict each other"), "keep one of them"));
        }
        if let [first, second, ..] = named.as_slice() {
            let message = format!("`[run.data]` has two sources, `{first}` and `{second}`");
            return Err(fault(&message, "keep one; another snapshot is another file in it"));
        }
        if data.out.is_some() && data.dvc.is_none() {
            return Err(fault("`[run.data] out` names an output of a `dvc` file, and there is none", "add `dvc = \"data.dvc\"`"));
        }
        let path = |value: &Option<EvidencePath>| value.as_ref().map(|path| path.get().clone());
        let source = path(&data.path)
            .map(Self::Path)
            .or_else(|| path(&data.dvc).map(|file| Self::Dvc { file, out: data.out.clone() }))
            .or_else(|| path(&data.lfs).map(Self::Lfs))
            .or_else(|| path(&data.manifest).map(Self::Manifest));
        match (source, &data.id, &options.no_data) {
            (Some(source), _, _) => Ok(source),
            (None, Some(id), _) => Self::label(id),
            (None, None, Some(reason)) => Ok(Self::None(reason.clone())),
            (None, None, None) => Err(fault(
                "`[run.data]` is missing: the data that a run reads",
                "write `path = \"data/snapshot\"` (or dvc, lfs, manifest, id) under `[run.data]`, or `no-data = \"why\"` under `[run]`",
            )),
        }
    }

    fn label(id: &str) -> Result<Self, Fault> {
        match Digest::read(&format!("id:{id}"), Algorithm::Id) {
            Ok(_) if !is_placeholder(id) && !id.chars().any(char::is_control) => Ok(Self::Id(id.to_owned())),
            _ => Err(fault(
                &format!("`[run.data] id = \"{}\"` names nothing", shown(id)),
                "write the snapshot's own name, as `2026-11-20-eod`",
            )),
        }
    }

    /// How a bare digest of this source is read.
    pub(crate) fn notation(&self) -> Algorithm {
        match self {
            Self::Path(_) | Self::Manifest(_) => Algorithm::DirHash1,
            Self::Lfs(_) => Algorithm::Sha256,
            Self::Dvc { .. } => Algorithm::Md5,
            Self::Id(_) | Self::None(_) => Algorithm::Id,
        }
    }

    /// The folder of data, where it may be one.
    pub(crate) fn folder(&self) -> Option<&RelPath> {
        match self {
            Self::Path(folder) => Some(folder),
            Self::Dvc { .. } | Self::Lfs(_) | Self::Manifest(_) | Self::Id(_) | Self::None(_) => None,
        }
    }

    /// Whether it says which other files the data is.
    pub(crate) fn describes_others(&self) -> bool {
        matches!(self, Self::Dvc { .. } | Self::Manifest(_))
    }

    /// As a person would say it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Path(path) => format!("path {path}"),
            Self::Dvc { file, out: None } => format!("dvc {file}"),
            Self::Dvc { file, out: Some(out) } => format!("dvc {file}, out {}", shown(out)),
            Self::Lfs(path) => format!("lfs {path}"),
            Self::Manifest(path) => format!("manifest {path}"),
            Self::Id(id) => format!("id {}", shown(id)),
            Self::None(reason) => format!("none: {}", shown(reason.as_str())),
        }
    }

    /// The path from the root of a file in the table of a snapshot; `None` where it has no place of its own.
    pub(crate) fn file_below(&self, snapshot: &Digest, path: &str) -> Option<String> {
        match self {
            Self::Path(folder) if snapshot.algorithm == Algorithm::DirHash1 => Some(format!("{folder}/{path}")),
            Self::Manifest(manifest) if manifest.parent().is_root() => Some(path.to_owned()),
            Self::Manifest(manifest) => Some(format!("{}/{path}", manifest.parent())),
            Self::Path(_) | Self::Dvc { .. } | Self::Lfs(_) | Self::Id(_) | Self::None(_) => None,
        }
    }

    /// Where it lies or is described; `.` for what lies nowhere.
    pub(crate) fn place(&self) -> &str {
        self.path().map_or(".", RelPath::as_str)
    }

    /// The file or folder that gate.toml names.
    pub(crate) fn path(&self) -> Option<&RelPath> {
        match self {
            Self::Path(path) | Self::Lfs(path) | Self::Manifest(path) | Self::Dvc { file: path, .. } => Some(path),
            Self::Id(_) | Self::None(_) => None,
        }
    }
}

/// Why an expectation cannot be had from its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unexpected {
    #[error("{0}")]
    Unread(LookError),
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("{0}")]
    Toml(String),
    #[error("this gate reads version 1 of it, not {0}")]
    Version(i64),
    #[error("`digest` is no digest: {0}")]
    Digest(NotADigest),
}

/// The file that `expect-file` names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExpectFile {
    /// The version of this format: 1.
    version: i64,
    /// A label for people.
    #[serde(default, rename = "id")]
    _id: Option<String>,
    /// The expected digest.
    digest: String,
}

/// The largest file that is read.
const LIMIT: u64 = 1 << 20;

impl Expected {
    /// Reads the digest that a file expects.
    pub(crate) fn read_file(files: &dyn Files, path: &RelPath, bare: Algorithm) -> Result<Digest, Unexpected> {
        let mut bytes = Vec::new();
        files.read(path, LIMIT, &mut bytes).map_err(Unexpected::Unread)?;
        Self::read_text(&String::from_utf8(bytes).map_err(|_| Unexpected::NotText)?, bare)
    }

    /// The digest that a text expects.
    pub(crate) fn read_text(text: &str, bare: Algorithm) -> Result<Digest, Unexpected> {
        let file: ExpectFile = toml::from_str(text).map_err(|error| Unexpected::Toml(shown(&error.message().replace('`', "'"))))?;
        match file.version {
            1 => Digest::read(&file.digest, bare).map_err(Unexpected::Digest),
            other => Err(Unexpected::Version(other)),
        }
    }

    pub(super) fn read(data: &DataOptions, bare: Algorithm) -> Result<Self, Fault> {
        match (&data.expect, &data.expect_file) {
            (Some(_), Some(_)) => Err(fault("`[run.data]` has both `expect` and `expect-file`", "keep one of them")),
            (None, None) => Ok(Self::Nothing),
            (None, Some(path)) => Ok(Self::File(path.get().clone())),
            (Some(text), None) => match Digest::read(text, bare) {
                // Bare hex is read again with the algorithm of what it is compared with.
                Ok(_) => Ok(Self::Literal(text.clone())),
                Err(error) => {
                    let message = format!("`[run.data] expect = \"{}\"` is no digest: {error}", shown(text));
                    Err(fault(&message, "`gate hash data` prints it"))
                }
            },
        }
    }
}
