//! Digests of files: in-toto's dirHash1 over a bundle or a folder, its table of files, and how digests are written.

mod difference;
mod notation;
mod search;
mod sums;

pub(crate) use difference::{clashes, difference};
pub(crate) use notation::{Algorithm, Digest, NotADigest, is_placeholder};
pub(crate) use search::{Found, Problem, Search, Symlinks, Wanted, What};
pub(crate) use sums::{HashedFile, Sha256Stream, Sum, dir_hash1, from_hex, h1, hex, push_row, table_text};
