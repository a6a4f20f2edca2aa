//! What a copy holds, what it leaves out, and what is left of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use super::*;

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in [".git", "src/.git", ".gate", "reports", "src/deep"] {
        fs::create_dir_all(root.join(name)).unwrap();
    }
    for name in [".git/HEAD", ".gate/run.lock", "reports/run.json", "src/deep/a.py", "src/.git/x", "runner.sh"] {
        fs::write(root.join(name), name).unwrap();
    }
    fs::set_permissions(root.join("runner.sh"), fs::Permissions::from_mode(0o750)).unwrap();
    folder
}

fn copies(root: &Path) -> Vec<PathBuf> {
    fs::read_dir(root.join(".gate/scratch")).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

fn reports() -> Vec<RelPath> {
    vec![RelPath::parse("reports").unwrap()]
}

const ALL: Copied<'static> = Copied { without: &[], stop: &|| false };

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_copy_holds_the_project_and_neither_git_nor_evidence() {
    let project = project();
    let scratch = Scratch::copy(project.path(), &Copied { without: &reports(), stop: &|| false }).unwrap();
    let copy = scratch.path();
    assert_eq!(fs::read_to_string(copy.join("src/deep/a.py")).unwrap(), "src/deep/a.py");
    assert_eq!(mode(&copy.join("runner.sh")), 0o750);
    for name in [".git", ".gate", "reports", "src/.git"] {
        assert!(!copy.join(name).exists(), "{name}");
    }
}

#[test]
fn it_is_gone_when_it_is_dropped() {
    let project = project();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    fs::write(scratch.path().join("made by a trial"), "").unwrap();
    assert_eq!(copies(project.path()), [scratch.path()]);
    drop(scratch);
    assert!(copies(project.path()).is_empty());
}

#[test]
fn links_stay_links_wherever_they_lead() {
    let project = project();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("kept"), "").unwrap();
    symlink(outside.path(), project.path().join("out")).unwrap();
    symlink("nowhere", project.path().join("src/dangling")).unwrap();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    assert_eq!(fs::read_link(scratch.path().join("out")).unwrap(), outside.path());
    assert_eq!(fs::read_link(scratch.path().join("src/dangling")).unwrap(), Path::new("nowhere"));
    drop(scratch);
    assert!(outside.path().join("kept").exists());
}

#[test]
fn a_fifo_and_a_socket_are_left_out_and_counted() {
    let project = project();
    let fifo = project.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(project.path().join("socket")).unwrap();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    assert_eq!(scratch.left_out(), 2);
    assert!(!scratch.path().join("fifo").exists());
}

#[test]
fn a_folder_that_may_not_be_written_to_is_copied_so_and_removed() {
    let project = project();
    fs::set_permissions(project.path().join("src/deep"), fs::Permissions::from_mode(0o555)).unwrap();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    assert_eq!(mode(&scratch.path().join("src/deep")), 0o555);
    fs::set_permissions(scratch.path().join("src"), fs::Permissions::from_mode(0o000)).unwrap();
    drop(scratch);
    assert!(copies(project.path()).is_empty());
}

#[test]
fn beyond_the_limits_nothing_is_left() {
    let project = project();
    let within = |limits| Scratch::within(project.path(), &ALL, limits).map(|scratch| scratch.path().to_owned());
    assert_eq!(within(Limits { files: 3, ..LIMITS }), Err(ScratchError::TooMany(3)));
    assert_eq!(within(Limits { bytes: 20, ..LIMITS }), Err(ScratchError::TooLarge(20)));
    assert_eq!(Scratch::copy(project.path(), &Copied { stop: &|| true, ..ALL }).map(drop), Err(ScratchError::Stopped));
    assert_eq!(within(Limits { depth: 1, ..LIMITS }), Err(ScratchError::TooDeep("src/deep".to_owned())));
    assert!(copies(project.path()).is_empty());
}

#[test]
fn a_file_that_only_looks_large_is_not_copied() {
    let project = project();
    File::create(project.path().join("sparse")).unwrap().set_len(5 << 30).unwrap();
    assert_eq!(Scratch::copy(project.path(), &ALL).map(drop), Err(ScratchError::TooLarge(4 << 30)));
}

#[test]
fn what_cannot_be_read_is_named() {
    let project = project();
    fs::set_permissions(project.path().join("src/deep/a.py"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(project.path().join("src/deep/a.py")).is_ok() {
        // The superuser reads everything.
        return;
    }
    let error = Scratch::copy(project.path(), &ALL).map(drop).unwrap_err();
    assert_eq!(error, at(b"src/deep/a.py", LookError::Denied));
}

#[test]
fn a_name_that_is_no_text_is_copied_as_it_is() {
    use std::os::unix::ffi::OsStrExt;
    let project = project();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9\nx");
    fs::write(project.path().join(name), "").unwrap();
    assert!(Scratch::copy(project.path(), &ALL).unwrap().path().join(name).exists());
}

#[test]
fn a_sweep_takes_what_a_killed_gate_left_and_nothing_that_is_in_use() {
    let project = project();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    let left = project.path().join(".gate/scratch/4242-0");
    fs::create_dir_all(left.join("a/b")).unwrap();
    fs::write(project.path().join(".gate/scratch/a-file"), "").unwrap();
    assert_eq!(Scratch::sweep(project.path()), Ok(2));
    assert_eq!(copies(project.path()), [scratch.path()]);
    drop(scratch);
    assert_eq!(Scratch::sweep(project.path()), Ok(0));
}

#[test]
fn a_sweep_goes_through_no_link() {
    let project = project();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("kept")).unwrap();
    let place = project.path().join(".gate/scratch");
    symlink(outside.path(), &place).unwrap();
    assert!(Scratch::sweep(project.path()).is_err() && Scratch::copy(project.path(), &ALL).is_err());
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    symlink(outside.path(), place.join("1-0")).unwrap();
    assert_eq!(Scratch::sweep(project.path()), Ok(1));
    fs::remove_dir_all(project.path().join(".gate")).unwrap();
    symlink(outside.path(), project.path().join(".gate")).unwrap();
    assert!(Scratch::sweep(project.path()).is_err());
    assert!(outside.path().join("kept").exists());
}

#[test]
fn where_nothing_was_left_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Scratch::sweep(folder.path()), Ok(0));
    assert!(!folder.path().join(".gate").exists());
}

#[test]
fn a_trial_that_dug_deep_leaves_nothing_either() {
    let project = project();
    let scratch = Scratch::copy(project.path(), &ALL).unwrap();
    let script = "i=0; while [ $i -lt 600 ]; do mkdir dddddddddd && cd -P dddddddddd || exit 1; i=$((i+1)); done";
    // Past the longest path that the system takes, some shells give up.
    let _dug =
        std::process::Command::new("sh").args(["-c", script]).current_dir(scratch.path()).stderr(std::process::Stdio::null()).status();
    drop(scratch);
    assert!(copies(project.path()).is_empty());
}
