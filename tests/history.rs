//! The history door on real repositories.

mod support;

use std::time::Duration;

use gate::world::disk::Disk;
use gate::world::{Change, FileAt, HistoryError, Ignored, MainBranch, RelPath, Stored, World};
use support::{Failed, Sandbox};

fn open(sandbox: &Sandbox) -> Result<Disk, Failed> {
    Ok(Disk::open(&sandbox.tree, None, Duration::from_secs(30))?)
}

fn paths(names: &[&str]) -> Result<Vec<RelPath>, Failed> {
    Ok(names.iter().map(|n| RelPath::parse(n)).collect::<Result<_, _>>()?)
}

fn date(change: Option<&Change>) -> String {
    match change {
        Some(Change::At { time, .. }) => time.format("%Y-%m-%d").to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn one_pass_finds_the_last_change_of_many_paths() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    for (day, name) in [("01", "a"), ("02", "b c"), ("03", "[d]*"), ("04", "a")] {
        sandbox.write(name, day)?;
        sandbox.commit_at(&format!("2026-03-{day}T12:00:00Z"), name)?;
    }
    let asked = paths(&["a", "b c", "[d]*", "never"])?;
    let found = open(&sandbox)?.history().last_changes(&asked)?;
    let dates: Vec<String> = asked.iter().map(|p| date(found.get(p))).collect();
    assert_eq!(dates, ["2026-03-04", "2026-03-02", "2026-03-03", "Some(Never)"]);
    Ok(())
}

#[test]
fn a_change_made_in_a_merge_itself_counts() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a", "1")?;
    sandbox.commit_at("2026-03-01T12:00:00Z", "base")?;
    sandbox.git(&["checkout", "-q", "-b", "side"])?;
    sandbox.write("a", "2")?;
    sandbox.commit_at("2026-03-02T12:00:00Z", "side")?;
    sandbox.git(&["checkout", "-q", "main"])?;
    sandbox.write("a", "3")?;
    sandbox.commit_at("2026-03-03T12:00:00Z", "main")?;
    let conflict = sandbox.git_at("2026-03-04T12:00:00Z", &["merge", "-q", "side"]);
    assert!(conflict.is_err(), "the two sides conflict");
    sandbox.write("a", "merged")?;
    sandbox.commit_at("2026-03-04T12:00:00Z", "merge")?;
    let found = open(&sandbox)?.history().last_changes(&paths(&["a"])?)?;
    assert_eq!(date(found.values().next()), "2026-03-04");
    Ok(())
}

#[test]
fn a_shallow_clone_says_that_it_does_not_know() -> Result<(), Failed> {
    let mut sandbox = Sandbox::new()?;
    sandbox.write("old", "1")?;
    let first = sandbox.commit_at("2026-03-01T12:00:00Z", "first")?;
    sandbox.write("new", "2")?;
    sandbox.commit_at("2026-03-02T12:00:00Z", "second")?;
    let clone = sandbox.around().canonicalize()?.join("clone");
    let from = format!("file://{}", sandbox.tree.display());
    sandbox.git(&["clone", "-q", "--depth", "1", &from, &clone.to_string_lossy()])?;
    sandbox.tree = clone;
    let world = open(&sandbox)?;
    assert!(world.history().is_shallow()?);
    let found = world.history().last_changes(&paths(&["old", "new"])?)?;
    assert!(found.values().all(|change| *change == Change::BeyondShallow), "the boundary seems to touch every file: {found:?}");
    assert!(matches!(world.history().changed_between(&first, "HEAD"), Err(HistoryError::Shallow(_))));
    sandbox.write("newest", "3")?;
    sandbox.commit_at("2026-03-03T12:00:00Z", "third")?;
    let found = open(&sandbox)?.history().last_changes(&paths(&["newest"])?)?;
    assert_eq!(date(found.values().next()), "2026-03-03");
    Ok(())
}

#[test]
fn a_range_names_every_path_that_differs() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a", "1")?;
    sandbox.write("moved", "the same text, long enough to be taken for a rename")?;
    let first = sandbox.commit("first")?;
    sandbox.git(&["mv", "moved", "to here"])?;
    sandbox.write("a", "2")?;
    sandbox.commit("second")?;
    let world = open(&sandbox)?;
    assert_eq!(world.history().changed_between(&first, "HEAD")?, ["a", "moved", "to here"]);
    assert!(matches!(world.history().changed_between("--output=x", "HEAD"), Err(HistoryError::Failed { .. })));
    assert!(!sandbox.tree.join("x").exists(), "a revision is never an option");
    Ok(())
}

#[test]
fn head_and_tracked_files_are_what_git_says() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a/b", "1")?;
    sandbox.write(".gitignore", "c\n")?;
    sandbox.write("c", "ignored")?;
    let id = sandbox.commit("first")?;
    sandbox.write("d", "untracked")?;
    let world = open(&sandbox)?;
    assert_eq!(world.history().head()?.id, id);
    assert_eq!(world.history().head()?.tree, sandbox.git(&["rev-parse", "HEAD^{tree}"])?);
    assert_eq!(world.history().tracked()?.iter().map(|p| p.0).collect::<Vec<_>>(), [".gitignore", "a/b"]);
    assert_eq!(world.history().dirty()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn staged_changed_and_deleted_files_are_dirt() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    for name in ["changed", "deleted", "kept"] {
        sandbox.write(name, "1")?;
    }
    sandbox.commit("first")?;
    sandbox.write("changed", "2")?;
    sandbox.write("staged", "2")?;
    sandbox.git(&["add", "staged"])?;
    std::fs::remove_file(sandbox.tree.join("deleted"))?;
    assert_eq!(open(&sandbox)?.history().dirty()?, ["changed", "deleted", "staged"]);
    Ok(())
}

#[test]
fn a_work_tree_is_a_repository_too() -> Result<(), Failed> {
    let mut sandbox = Sandbox::new()?;
    sandbox.write("a", "1")?;
    let id = sandbox.commit("first")?;
    let second = sandbox.around().canonicalize()?.join("second");
    sandbox.git(&["worktree", "add", "-q", "--detach", &second.to_string_lossy()])?;
    sandbox.tree = second;
    assert_eq!(open(&sandbox)?.history().head()?.id, id);
    Ok(())
}

#[test]
fn looking_changes_nothing_in_the_repository() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a", "1")?;
    sandbox.commit("first")?;
    std::thread::sleep(Duration::from_millis(20));
    sandbox.write("a", "1")?;
    let index = || std::fs::read(sandbox.tree.join(".git/index"));
    let before = index()?;
    assert_eq!(open(&sandbox)?.history().dirty()?, Vec::<String>::new());
    assert_eq!(index()?, before, "not even the index is refreshed");
    Ok(())
}

/// A repository on a branch of this name, with a commit.
#[test]
fn what_git_would_not_add_is_told_with_the_line_that_says_so() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write(".gitignore", "# locks\n*.lock\n")?;
    sandbox.write("app/.gitignore", "!uv.lock\npackage-lock.json\n")?;
    sandbox.write("app/x", "")?;
    sandbox.commit_at("2026-03-01T12:00:00Z", "rules")?;
    sandbox.write(".git/info/exclude", "bun.lockb\n")?;
    let asked = paths(&["Cargo.lock", "app/uv.lock", "app/package-lock.json", "app/bun.lockb", "pnpm-lock.yaml"])?;
    let told = |ignored: &Ignored| format!("{}:{} {}", ignored.source, ignored.line, ignored.is_promoted);
    let found = open(&sandbox)?.history().ignored(&asked)?;
    let found: Vec<String> = found.iter().map(|(path, ignored)| format!("{path} {}", told(ignored))).collect();
    assert_eq!(
        found,
        ["Cargo.lock .gitignore:2 true", "app/bun.lockb .git/info/exclude:1 false", "app/package-lock.json app/.gitignore:2 true"]
    );
    let below = Disk::open(&sandbox.tree.join("app"), None, Duration::from_secs(30))?;
    let found = below.history().ignored(&paths(&["Cargo.lock", "package-lock.json"])?)?;
    let found: Vec<String> = found.values().map(told).collect();
    assert_eq!(found, ["../.gitignore:2 true", ".gitignore:2 true"]);
    assert_eq!(open(&sandbox)?.history().ignored(&paths(&["a"])?)?.len(), 0);
    Ok(())
}

fn on_branch(name: &str) -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.git(&["init", "-q", "-b", name])?;
    sandbox.commit("one")?;
    Ok(sandbox)
}

fn main_branch(sandbox: &Sandbox) -> Result<MainBranch, Failed> {
    Ok(open(sandbox)?.history().main_branch()?)
}

fn named(name: &str) -> MainBranch {
    MainBranch::Named(name.to_owned())
}

#[test]
fn the_main_branch_is_not_the_one_that_happens_to_be_checked_out() -> Result<(), Failed> {
    let sandbox = on_branch("main")?;
    sandbox.git(&["checkout", "-q", "-b", "feature/x"])?;
    assert_eq!(main_branch(&sandbox)?, named("main"));
    sandbox.git(&["branch", "-m", "main", "master"])?;
    assert_eq!(main_branch(&sandbox)?, named("master"));
    sandbox.git(&["branch", "-m", "master", "trunk"])?;
    assert_eq!(main_branch(&sandbox)?, MainBranch::CheckedOut("feature/x".to_owned()));
    sandbox.git(&["config", "init.defaultBranch", "trunk"])?;
    assert_eq!(main_branch(&sandbox)?, named("trunk"));
    sandbox.git(&["config", "init.defaultBranch", "gone"])?;
    sandbox.git(&["checkout", "-q", "--detach"])?;
    assert_eq!(main_branch(&sandbox)?, MainBranch::Unknown);
    Ok(())
}

#[test]
fn what_origin_has_goes_before_what_is_here() -> Result<(), Failed> {
    let sandbox = on_branch("main")?;
    sandbox.git(&["branch", "master"])?;
    assert_eq!(main_branch(&sandbox)?, named("main"));
    sandbox.git(&["update-ref", "refs/remotes/origin/master", "HEAD"])?;
    assert_eq!(main_branch(&sandbox)?, named("master"));
    sandbox.git(&["update-ref", "refs/remotes/origin/release/next", "HEAD"])?;
    sandbox.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/next"])?;
    assert_eq!(main_branch(&sandbox)?, named("release/next"));
    Ok(())
}

#[test]
fn the_main_branch_is_found_in_a_worktree_with_reftable_and_before_the_first_commit() -> Result<(), Failed> {
    let mut sandbox = on_branch("main")?;
    sandbox.git(&["worktree", "add", "-q", "-b", "side", "../side"])?;
    sandbox.tree = sandbox.tree.with_file_name("side");
    assert_eq!(main_branch(&sandbox)?, named("main"));

    let empty = Sandbox::new()?;
    empty.git(&["init", "-q", "-b", "main"])?;
    assert_eq!(main_branch(&empty)?, named("main"));
    let empty = Sandbox::new()?;
    empty.git(&["init", "-q", "-b", "odd"])?;
    assert_eq!(main_branch(&empty)?, MainBranch::CheckedOut("odd".to_owned()));
    assert_eq!(open(&Sandbox::new()?)?.history().main_branch(), Err(HistoryError::NotARepository));

    let reftable = Sandbox::new()?;
    // A git before 2.45 knows no reftable.
    if reftable.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]).is_ok() {
        reftable.commit("one")?;
        reftable.git(&["checkout", "-q", "-b", "side"])?;
        assert_eq!(main_branch(&reftable)?, named("main"));
    }
    Ok(())
}

#[test]
fn a_setting_that_cannot_be_read_is_not_unset() -> Result<(), Failed> {
    let sandbox = on_branch("main")?;
    let disk = open(&sandbox)?;
    assert_eq!(disk.git().setting("gate.none"), Ok(None));
    assert_eq!(disk.git().is_partial(), Ok(false));
    sandbox.git(&["config", "remote.a.promisor", "no"])?;
    sandbox.git(&["config", "remote.b.promisor", "yes"])?;
    assert_eq!(disk.git().is_partial(), Ok(true), "any of several");
    sandbox.git(&["config", "core.sparseCheckout", "on"])?;
    assert_eq!(disk.git().is_set("core.sparseCheckout"), Ok(true));
    sandbox.git(&["config", "core.sparseCheckout", "perhaps"])?;
    assert!(matches!(disk.git().is_set("core.sparseCheckout"), Err(HistoryError::Failed { .. })));
    Ok(())
}

fn file_at(commit: &str, path: &str) -> Result<FileAt, Failed> {
    Ok(FileAt { commit: commit.to_owned(), path: RelPath::parse(path)? })
}

#[test]
fn many_files_of_many_commits_come_by_one_question() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a b", "one\n\n")?;
    sandbox.write("folder/c", vec![0, 10, 255])?;
    let first = sandbox.commit("first")?;
    sandbox.write("a b", "two".repeat(1000))?;
    let second = sandbox.commit("second")?;
    let world = open(&sandbox)?;
    let asked = [
        file_at(&first, "a b")?,
        file_at(&second, "a b")?,
        file_at(&first, "folder/c")?,
        file_at(&first, "folder")?,
        file_at(&second, "nothing missing")?,
        file_at(&"1".repeat(40), "a b")?,
        file_at("main", "a b")?,
    ];
    let bytes = |bytes: &[u8]| Stored::Bytes(bytes.to_vec());
    let expected = [
        bytes(b"one\n\n"),
        Stored::TooLarge(3000),
        bytes(&[0, 10, 255]),
        Stored::NoFile,
        Stored::NoFile,
        Stored::NoCommit,
        Stored::NoCommit,
    ];
    assert_eq!(world.history().files_at(&asked, 100)?, expected);
    let below = Disk::open(&sandbox.tree.join("folder"), None, Duration::from_secs(30))?;
    assert_eq!(below.history().files_at(&[file_at(&first, "c")?], 100)?, [bytes(&[0, 10, 255])]);
    Ok(())
}

#[test]
fn a_line_without_an_end_is_read_as_it_is() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("long", "x".repeat(3 << 20))?;
    let commit = sandbox.commit("first")?;
    let found = open(&sandbox)?.history().files_at(&[file_at(&commit, "long")?], 4 << 20)?;
    assert!(matches!(&found[..], [Stored::Bytes(bytes)] if bytes.len() == 3 << 20));
    Ok(())
}

#[test]
fn a_revision_is_a_name_and_never_an_option() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    let first = sandbox.commit("first")?;
    sandbox.git(&["tag", "-a", "-m", "v1", "v1"])?;
    let second = sandbox.commit("second")?;
    let history = open(&sandbox)?;
    let named = |names: &[&str]| history.history().named(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
    assert_eq!(named(&["--batch-all-objects", "-x", "", "a\nb", "refs/remotes/origin/main", "v1"])?, Some(first.clone()));
    assert_eq!(named(&["main", "v1"])?, Some(second.clone()));
    assert_eq!(named(&["HEAD:", "no such"])?, None);
    Ok(())
}

#[test]
fn two_branches_meet_where_they_parted() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    let first = sandbox.commit_at("2026-03-01T12:00:00Z", "first")?;
    sandbox.git(&["checkout", "-q", "-b", "side"])?;
    let side = sandbox.commit_at("2026-03-02T12:00:00Z", "side")?;
    sandbox.git(&["checkout", "-q", "main"])?;
    let main = sandbox.commit_at("2026-03-03T12:00:00Z", "main")?;
    sandbox.git(&["checkout", "-q", "--orphan", "alone"])?;
    let alone = sandbox.commit_at("2026-03-04T12:00:00Z", "alone")?;
    let world = open(&sandbox)?;
    let history = world.history();
    assert_eq!(history.merge_bases(&side, &main)?, std::slice::from_ref(&first));
    assert_eq!(history.merge_bases(&first, &main)?, std::slice::from_ref(&first));
    assert!(history.merge_bases(&alone, &main)?.is_empty());
    assert_eq!((history.first_parent(&side)?, history.first_parent(&first)?), (Some(first), None));
    assert!(history.merge_bases(&"1".repeat(40), &main).is_err());
    Ok(())
}

#[test]
fn a_shallow_clone_does_not_guess_where_branches_parted() -> Result<(), Failed> {
    let mut sandbox = Sandbox::new()?;
    for day in ["01", "02", "03"] {
        sandbox.write("a", day)?;
        sandbox.commit_at(&format!("2026-03-{day}T12:00:00Z"), day)?;
    }
    let clone = sandbox.around().canonicalize()?.join("clone");
    let from = format!("file://{}", sandbox.tree.display());
    sandbox.git(&["clone", "-q", "--depth", "2", &from, &clone.to_string_lossy()])?;
    sandbox.tree = clone;
    let (head, before) = (sandbox.git(&["rev-parse", "HEAD"])?, sandbox.git(&["rev-parse", "HEAD~1"])?);
    sandbox.git(&["checkout", "-q", "--orphan", "alone"])?;
    let alone = sandbox.commit("alone")?;
    let world = open(&sandbox)?;
    let history = world.history();
    assert_eq!(history.merge_bases(&head, &before)?, std::slice::from_ref(&before));
    assert!(matches!(history.merge_bases(&head, &alone), Err(HistoryError::Shallow(_))));
    assert_eq!(history.first_parent(&head)?, Some(before.clone()));
    assert!(matches!(history.first_parent(&before), Err(HistoryError::Shallow(_))));
    assert!(matches!(history.versions(&RelPath::parse("a")?), Err(HistoryError::Shallow(_))));
    Ok(())
}

#[test]
fn every_commit_that_changed_a_file_is_found_on_every_branch() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a*", "1")?;
    let first = sandbox.commit_at("2026-03-01T12:00:00Z", "first")?;
    sandbox.git(&["checkout", "-q", "-b", "side"])?;
    sandbox.write("a*", "2")?;
    let second = sandbox.commit_at("2026-03-02T12:00:00Z", "second")?;
    sandbox.write("a*", "1")?;
    let back = sandbox.commit_at("2026-03-03T12:00:00Z", "back")?;
    sandbox.git(&["checkout", "-q", "main"])?;
    sandbox.write("ab", "1")?;
    sandbox.commit_at("2026-03-04T12:00:00Z", "other")?;
    sandbox.git_at("2026-03-05T12:00:00Z", &["merge", "-q", "side"])?;
    assert_eq!(open(&sandbox)?.history().versions(&RelPath::parse("a*")?)?, [back, second, first]);
    Ok(())
}

#[test]
fn a_mirror_is_looked_into_at_its_own_place_alone() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("inner/c", "ours")?;
    let ours = sandbox.commit("first")?;
    let producer = Sandbox::new()?;
    producer.write("c", "theirs")?;
    let theirs = producer.commit("theirs")?;
    producer.git(&["tag", "v1"])?;
    let bare = sandbox.tree.join("bare").to_string_lossy().into_owned();
    producer.git(&["clone", "-q", "--bare", ".", &bare])?;
    let world = open(&sandbox)?;
    let asked = [file_at(&theirs, "c")?, file_at(&ours, "c")?, file_at(&theirs, "d")?];
    for mirror in [&*producer.tree.to_string_lossy(), "bare", &bare] {
        let found = world.history().mirrored(mirror, &asked, 100)?;
        assert_eq!(found, [Stored::Bytes(b"theirs".to_vec()), Stored::NoCommit, Stored::NoFile], "{mirror}");
        let tags = world.history().mirrored_tags(mirror, &["v1".to_owned(), "v2".to_owned()])?;
        assert_eq!(tags, [Some(theirs.clone()), None], "{mirror}");
    }
    for none in ["inner", "absent", "", "inner/c", "-x", "a\0b"] {
        let found = world.history().mirrored(none, &asked, 100);
        assert!(matches!(found, Err(HistoryError::NotARepository)), "{none}: {found:?}");
    }
    Ok(())
}

#[test]
fn files_that_hold_a_word_are_found_in_a_commit_as_the_root_sees_them() -> Result<(), Failed> {
    let mut sandbox = Sandbox::new()?;
    sandbox.write("a.toml", "[[schema]]\r\n")?;
    sandbox.write("sub/b.json", "{ \"artifacts\": [] }")?;
    sandbox.write("sub/c [x]*.toml", "x\n[[schema]]")?;
    sandbox.write("sub/none.toml", "[[schemas]]")?;
    let first = sandbox.commit("first")?;
    sandbox.git(&["mv", "a.toml", "sub/a.toml"])?;
    let second = sandbox.commit("second")?;
    sandbox.write("sub/a.toml", "other")?;
    sandbox.commit("third")?;
    sandbox.git(&["config", "grep.fullName", "false"])?;
    sandbox.git(&["config", "grep.patternType", "perl"])?;
    sandbox.git(&["config", "color.grep", "always"])?;
    sandbox.git(&["config", "log.showSignature", "true"])?;
    let top = sandbox.tree.clone();
    sandbox.tree = top.join("sub");
    let world = open(&sandbox)?;
    let history = world.history();
    let holding = |commit: &str| -> Result<Vec<String>, Failed> {
        let mut found = history.holding(commit, &["[[schema]]", "\"artifacts\""])?;
        found.sort();
        Ok(found)
    };
    assert_eq!(holding(&first)?, ["../a.toml", "b.json", "c [x]*.toml"]);
    assert_eq!(holding(&second)?, ["a.toml", "b.json", "c [x]*.toml"]);
    assert!(history.holding(&first, &["no such word"])?.is_empty());
    assert!(history.holding(&"1".repeat(40), &["a"]).is_err());
    assert_eq!(history.brought(&RelPath::parse("a.toml")?)?, [second]);
    assert_eq!(history.brought(&RelPath::parse("b.json")?)?, [first]);
    assert!(history.brought(&RelPath::parse("no such file")?)?.is_empty());
    Ok(())
}
