//! The config bundle: the files that say how a run behaves, and their digest.

use crate::config::{BundleAlgorithm, Fault, RunOptions, TreeGlob};
use crate::digest::{Algorithm, Digest, Found, HashedFile, Problem, Search, Sha256Stream, Sum, Symlinks, Wanted, What, dir_hash1};
use crate::shown::escaped;
use crate::world::{Files, LookError, Reading, RelPath};

use super::Evidence;
use super::settings::fault;

/// Which files, and how they become one digest.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    pub(crate) globs: Vec<TreeGlob>,
    pub(crate) algorithm: BundleAlgorithm,
    pub(crate) symlinks: Symlinks,
}

/// Files as they were hashed, and what they are called together.
#[derive(Debug, Default)]
pub(crate) struct Hashed {
    /// `None`: something that belongs into it could not be looked at.
    pub(crate) digest: Option<Digest>,
    pub(crate) files: Vec<HashedFile>,
    pub(crate) problems: Vec<Problem>,
    /// The `.gitattributes` in folders on the way.
    pub(crate) attributes: Vec<String>,
}

impl Bundle {
    pub(crate) fn read(options: &RunOptions) -> Result<Self, Fault> {
        let globs = options.config.as_ref().map(|globs| globs.as_slice().to_vec());
        let globs = globs.ok_or_else(|| {
            fault("`[run] config` is missing: the files that say how a run behaves", "write `config = [\"config/**\"]`, or `--config GLOB`")
        })?;
        Ok(Self { globs, algorithm: options.algorithm, symlinks: options.symlinks })
    }

    /// The algorithm of the digest's notation.
    pub(crate) fn notation(&self) -> Algorithm {
        match self.algorithm {
            BundleAlgorithm::DirHash1 => Algorithm::DirHash1,
            BundleAlgorithm::Sha256File | BundleAlgorithm::Sha256Concat => Algorithm::Sha256,
        }
    }

    /// Hashes the bundle as it lies there now.
    pub(crate) fn hash(&self, files: &dyn Files, evidence: &Evidence) -> Hashed {
        let left_out = |path: &str| evidence.holds(path);
        let search = Search { files, wanted: Wanted::Globs(&self.globs), symlinks: self.symlinks, left_out: Some(&left_out) };
        let found = search.run();
        let is_whole = found.is_whole();
        let Found { files: found, mut problems, attributes } = found;
        let mut digest = None;
        if is_whole {
            match self.sum(files, &found) {
                Ok(sum) => digest = Some(Digest::of(self.notation(), &sum)),
                Err(problem) => problems.push(problem),
            }
        }
        Hashed { digest, files: found, problems, attributes }
    }

    fn sum(&self, files: &dyn Files, found: &[HashedFile]) -> Result<Sum, Problem> {
        match (self.algorithm, found) {
            (BundleAlgorithm::DirHash1, found) => Ok(dir_hash1(found.iter().map(HashedFile::row))),
            (BundleAlgorithm::Sha256File, [one]) => Ok(one.sha256),
            (BundleAlgorithm::Sha256File, several) => Err(Problem { path: ".".to_owned(), what: What::NotOneFile(several.len()) }),
            (BundleAlgorithm::Sha256Concat, found) => in_a_row(files, found),
        }
    }
}

/// The sum over the bytes of the files, one after the other. They are read again, and must be as they were.
fn in_a_row(files: &dyn Files, found: &[HashedFile]) -> Result<Sum, Problem> {
    let mut all = Sha256Stream::default();
    let mut buffer = vec![0; 256 * 1024];
    for file in found {
        let read = |all: &mut Sha256Stream, buffer: &mut [u8]| {
            let path = crate::world::resolve(files, &RelPath::parse(&file.path)?)?;
            let mut one = Sha256Stream::default();
            let mut sink = |bytes: &[u8]| {
                all.update(bytes);
                one.update(bytes);
            };
            files.stream(&path, buffer, &mut Reading { limit: u64::MAX, sink: &mut sink })?;
            if one.finish() == file.sha256 { Ok(()) } else { Err(LookError::Changed) }
        };
        read(&mut all, &mut buffer).map_err(|error| Problem { path: escaped(&file.path), what: What::Unreadable(error) })?;
    }
    Ok(all.finish())
}
