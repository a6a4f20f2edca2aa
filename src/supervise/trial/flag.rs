//! The flag of a trial: made whole or not at all, never over something, and removed only while it is still the one that was made.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Form;

/// A file, told apart from another of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Inode {
    pub(crate) device: u64,
    pub(crate) number: u64,
    /// When it was made, in nanoseconds, where the file system says so: a number that is free again is soon given to another file.
    pub(crate) born: Option<u64>,
}

impl Inode {
    /// What lies there now, itself and not what it points to.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        fs::symlink_metadata(path).map(|found| {
            let born = found.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            Self { device: found.dev(), number: found.ino(), born: born.and_then(|at| u64::try_from(at.as_nanos()).ok()) }
        })
    }
}

/// A flag that was made. Dropped, it is removed.
pub(super) struct Flag {
    path: PathBuf,
    /// What a symbolic link points to, or a text that was prepared, beside the flag.
    beside: Option<PathBuf>,
    pub(super) made: Inode,
}

impl Flag {
    /// Makes the flag; when this comes back, it is there.
    ///
    /// # Errors
    /// It is there already, or the folder cannot be written to.
    pub(super) fn make(path: &Path, form: Form, mark: &str) -> io::Result<Self> {
        let beside = beside(path, mark);
        let mut needs_beside = false;
        let made = match form {
            Form::Empty => OpenOptions::new().write(true).create_new(true).open(path).map(drop),
            Form::Unreadable => OpenOptions::new().write(true).create_new(true).mode(0o000).open(path).map(drop),
            Form::Folder => fs::DirBuilder::new().mode(0o755).create(path),
            Form::Text => {
                let linked = fs::write(&beside, "stop\n").and_then(|()| fs::hard_link(&beside, path));
                let _gone = fs::remove_file(&beside);
                linked
            }
            Form::Symlink => {
                File::create_new(&beside)?;
                needs_beside = true;
                symlink(beside.file_name().unwrap_or_default(), path)
            }
            Form::Dangling => symlink(beside.file_name().unwrap_or_default(), path),
        };
        let beside = Some(beside).filter(|_| needs_beside);
        match made.and_then(|()| Inode::at(path)) {
            Ok(made) => Ok(Self { path: path.to_owned(), beside, made }),
            Err(error) => {
                beside.iter().for_each(|beside| drop(fs::remove_file(beside)));
                Err(error)
            }
        }
    }

    /// Removes it.
    ///
    /// # Errors
    /// It is another's now, or cannot be removed.
    pub(super) fn remove(mut self) -> io::Result<bool> {
        let removed = remove(&self.path, self.made);
        self.path.clear();
        removed
    }
}

impl Drop for Flag {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _left = remove(&self.path, self.made);
        }
        self.beside.iter().for_each(|beside| drop(fs::remove_file(beside)));
    }
}

/// Removes what was made there; false: the runner was quicker. What is another's by now stays.
pub(crate) fn remove(path: &Path, made: Inode) -> io::Result<bool> {
    match Inode::at(path) {
        Ok(there) if there == made => {}
        Ok(_) => return Err(io::Error::other("another file lies there now")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    let is_folder = fs::symlink_metadata(path)?.is_dir();
    let removed = if is_folder { fs::remove_dir(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true),
    }
}

/// A name beside the flag that nobody else has.
fn beside(path: &Path, mark: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{mark}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [Form; 6] = [Form::Empty, Form::Text, Form::Folder, Form::Symlink, Form::Dangling, Form::Unreadable];

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn each_form_is_made_and_nothing_of_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kill.flag");
        for form in FORMS {
            let flag = Flag::make(&path, form, "m").unwrap();
            assert!(fs::symlink_metadata(&path).is_ok(), "{form:?}");
            assert_eq!(fs::metadata(&path).is_ok(), form != Form::Dangling, "{form:?}");
            flag.remove().unwrap();
            assert_eq!(names(folder.path()), [""; 0], "{form:?}");
            drop(Flag::make(&path, form, "m").unwrap());
            assert_eq!(names(folder.path()), [""; 0], "{form:?}");
        }
    }

    #[test]
    fn what_gate_did_not_make_is_neither_overwritten_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kill.flag");
        fs::write(&path, "mine").unwrap();
        for form in FORMS {
            assert!(Flag::make(&path, form, "m").is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists), "{form:?}");
        }
        assert_eq!((fs::read_to_string(&path).unwrap(), names(folder.path()).len()), ("mine".to_owned(), 1));
        fs::remove_file(&path).unwrap();
        let flag = Flag::make(&path, Form::Empty, "m").unwrap();
        // The runner took it away, and somebody put another there.
        let other = folder.path().join("other");
        fs::write(&other, "theirs").unwrap();
        fs::rename(&other, &path).unwrap();
        assert!(flag.remove().is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn a_flag_that_the_runner_removed_is_gone_and_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kill.flag");
        let flag = Flag::make(&path, Form::Empty, "m").unwrap();
        fs::remove_file(&path).unwrap();
        assert!(flag.remove().is_ok());
    }
}
