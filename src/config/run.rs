//! `[run]`: what `gate run` writes and the kind `run-hashes` judges.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::glob::TreeGlob;
use super::values::{AtLeastOne, EvidencePath, Reason, TreePath};

/// `[run]`: the smoke run, its record, and the files that the record carries the digests of.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RunOptions {
    /// The smoke command and its arguments, as `gate run` starts it in the root, without a shell, when none is given after `--`.
    /// Default: none.
    pub(crate) smoke: Option<AtLeastOne<String>>,
    /// The run record. Default: `reports/run.json`.
    #[schemars(extend("default" = "reports/run.json"))]
    pub(crate) record: EvidencePath,
    /// Files that hold the same bytes as the record. Default: none.
    pub(crate) aliases: Vec<EvidencePath>,
    /// The config bundle, as globs; each must match a file. .gitignore rules do not matter here: the bundle is what a run could read.
    /// Default: none; it must be said.
    pub(crate) config: Option<AtLeastOne<TreeGlob>>,
    /// How the bundle becomes one digest: `dirHash1`, `sha256-file` (the bundle is one file), `sha256-concat` (the bytes of its files in
    /// the order of their paths). Bare hex in a record is read so. Default: `dirHash1`.
    pub(crate) algorithm: BundleAlgorithm,
    /// What symbolic links in the bundle and the data are: `refuse` (a finding), `follow` (inside the root only). Default: `refuse`.
    pub(crate) symlinks: Symlinks,
    /// Where the data snapshot is, and which one is expected. One source: `path`, `dvc`, `lfs`, `manifest` or `id`.
    /// Default: none; it must be said, or `no-data`.
    pub(crate) data: DataOptions,
    /// Why the project has no data; the record's `data_hash` is then `id:none`. Default: it has.
    pub(crate) no_data: Option<Reason>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            smoke: None,
            record: EvidencePath::of("reports/run.json"),
            aliases: Vec::new(),
            config: None,
            algorithm: BundleAlgorithm::default(),
            symlinks: Symlinks::default(),
            data: DataOptions::default(),
            no_data: None,
        }
    }
}

/// `[run.data]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DataOptions {
    /// A folder (its digest is dirHash1, relative to it) or a file (sha256). Default: none.
    pub(crate) path: Option<EvidencePath>,
    /// A `.dvc` file or a `dvc.lock`; the digest is the one DVC wrote, recomputed when the data or its cache is there. Default: none.
    pub(crate) dvc: Option<EvidencePath>,
    /// Which output of the `dvc` file, by its path. Default: the only one.
    pub(crate) out: Option<String>,
    /// A git-lfs file; the digest is its oid. Default: none.
    pub(crate) lfs: Option<EvidencePath>,
    /// A list of files with their sha256: JSON, CSV or `sha256sum` output, by its suffix; the paths are relative to its folder.
    /// Default: none.
    pub(crate) manifest: Option<EvidencePath>,
    /// A label that names the snapshot; nothing can be recomputed from it. Default: none.
    pub(crate) id: Option<String>,
    /// The file that says which data is expected: `version`, `digest` and, if you like, `id`. Written by
    /// `gate hash data --update`, never by a run. Default: none.
    pub(crate) expect_file: Option<TreePath>,
    /// The expected digest, as `dirHash1:…`. Default: none.
    pub(crate) expect: Option<String>,
    /// Why a digest that cannot be recomputed here is accepted. Default: it is not.
    pub(crate) allow_declared: Option<Reason>,
}

/// How a bundle becomes one digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) enum BundleAlgorithm {
    /// in-toto's `dirHash1`.
    #[default]
    #[serde(rename = "dirHash1")]
    DirHash1,
    /// The SHA-256 of exactly one file.
    #[serde(rename = "sha256-file")]
    Sha256File,
    /// The SHA-256 of the bytes of the files, in the order of their paths.
    #[serde(rename = "sha256-concat")]
    Sha256Concat,
}

/// What symbolic links in a bundle are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Symlinks {
    /// A finding.
    #[default]
    Refuse,
    /// Followed, inside the root only.
    Follow,
}
