//! Which changes of a manifest a Cargo.lock is told to lag behind.

use super::super::super::project::with;
use super::*;

const MANIFEST: &str = "[package]\nname = \"me\"\nversion = \"0.1.0\"\n[dependencies]\na = \"1.2\"\nren = { package = \"b\", version = \"=2.0.0\", optional = true }\n[target.'cfg(unix)'.dev-dependencies]\ng = { git = \"https://github.com/X/g.git\", branch = \"m\" }\n";
const LOCK: &str = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.3.0+x\"\nsource = \"registry+https://i\"\ndependencies = [\"c\"]\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry+https://i\"\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\nsource = \"registry+https://i\"\n[[package]]\nname = \"g\"\nversion = \"0.0.1\"\nsource = \"git+https://github.com/x/g?branch=m#0\"\n[[package]]\nname = \"me\"\nversion = \"0.1.0\"\ndependencies = [\"a\", \"b 2.0.0\", \"g 0.0.1 (git+https://github.com/x/g?branch=m)\"]\n";

fn in_sync(lock: &str, manifest: &str, members: &[(&str, &str)]) -> Sync {
    let files = [&[("Cargo.toml", manifest)], members].concat();
    with(&files, |project| super::in_sync(lock, project)).remove(0).1
}

fn differs(lock: &str, manifest: &str) -> String {
    match in_sync(lock, manifest, &[]) {
        Sync::No(differences) => differences.join("; "),
        other @ (Sync::Yes | Sync::CannotTell(_)) => panic!("{other:?}"),
    }
}

#[test]
fn a_lock_that_mirrors_its_manifest_is_in_sync() {
    assert_eq!(in_sync(LOCK, MANIFEST, &[]), Sync::Yes);
}

#[test]
fn every_way_to_lag_behind_is_told() {
    for (from, to, says) in [
        ("\"1.2\"", "\"1.4\"", "`me` asks for `a` `1.4`, and `1.3.0+x` of `registry+https://i` is locked"),
        ("\"=2.0.0\"", "\"3\"", "`me` asks for `b` `3`, and `2.0.0` of `registry+https://i` is locked"),
        ("a = \"1.2\"\n", "", "`a` is locked for `me`, which does not ask for it"),
        ("a = \"1.2\"\n", "a = \"1.2\"\nn = \"1\"\n", "`me` asks for `n` `1`, and it is not locked for it"),
        ("branch = \"m\"", "branch = \"n\"", "`me` asks for `g`, and `0.0.1` of `git+https://github.com/x/g?branch=m#0` is locked"),
        ("X/g", "y/g", "`me` asks for `g`, and `0.0.1` of `git+https://github.com/x/g?branch=m#0` is locked"),
        ("a = \"1.2\"\n", "a = { path = \"a\" }\n", "`me` asks for `a`, and `1.3.0+x` of `registry+https://i` is locked"),
    ] {
        assert_eq!(differs(LOCK, &MANIFEST.replace(from, to)), says);
    }
    assert!(differs(LOCK, &MANIFEST.replace("0.1.0", "0.2.0")).starts_with("`me` `0.2.0` is not locked"));
    assert_eq!(differs(&LOCK.replace("[\"c\"]", "[]"), MANIFEST), "`c` `1.0.0` is locked, and nothing asks for it");
    assert_eq!(differs(&LOCK.replace("[\"c\"]", "[\"c\", \"d\"]"), MANIFEST), "`a` needs `d`, which is not locked");
    let patch = format!("{LOCK}[[patch.unused]]\nname = \"z\"\nversion = \"1.0.0\"\n");
    assert_eq!(differs(&patch, MANIFEST), "the patch of `z` is locked as unused, and the manifest has none");
    let patched = format!("{MANIFEST}[patch.crates-io]\nz = {{ path = \"z\" }}\n");
    let z = ("z/Cargo.toml", "[package]\nname = \"z\"\nversion = \"1.0.0\"\n");
    assert!(!matches!(in_sync(&patch, &patched, &[z]), Sync::No(_)));
    assert_eq!(differs(LOCK, &patched), "the patch of `z` is not locked");
}

#[test]
fn a_workspace_hands_down_versions_and_dependencies() {
    let root =
        "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nversion = \"3.0.0\"\n[workspace.dependencies]\na = { version = \"1\" }\n";
    let one = (
        "one/Cargo.toml",
        "[package]\nname = \"one\"\nversion.workspace = true\n[dependencies]\na.workspace = true\ntwo = { path = \"../two\" }\n",
    );
    let two = ("two/Cargo.toml", "[package]\nname = \"two\"\nversion = { workspace = true }\n");
    let lock = "version = 3\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"sparse+https://i/\"\n[[package]]\nname = \"one\"\nversion = \"3.0.0\"\ndependencies = [\"a\", \"two\"]\n[[package]]\nname = \"two\"\nversion = \"3.0.0\"\n";
    assert_eq!(in_sync(lock, root, &[one, two]), Sync::Yes);
    assert!(matches!(in_sync(lock, root, &[]), Sync::No(_)));
    assert!(matches!(in_sync(lock, &root.replace("\"1\"", "\"2\""), &[one, two]), Sync::No(_)));
    assert!(matches!(in_sync(lock, root, &[two]), Sync::No(_)));
    let inherits = two.1.replace("{ workspace = true }", "{ workspace = true }\n[dependencies]\nq = { workspace = true }");
    assert!(matches!(in_sync(lock, root, &[one, (two.0, &*inherits)]), Sync::CannotTell(_)));
}

#[test]
fn a_package_that_is_no_member_is_left_alone_and_a_path_is_compared() {
    let fixture = ("tests/x/Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nnowhere = \"1\"\n");
    assert_eq!(in_sync(LOCK, MANIFEST, &[fixture]), Sync::Yes);
    let manifest = MANIFEST.replace("a = \"1.2\"\n", "a = \"1.2\"\np = { path = \"p\" }\n");
    let lock = LOCK.replace("\"g 0.0.1", "\"p\", \"g 0.0.1");
    let lock = format!("{lock}[[package]]\nname = \"p\"\nversion = \"0.1.0\"\n");
    let path = |rest: &str| format!("[package]\nname = \"p\"\nversion = \"0.1.0\"\n{rest}");
    let sync = |rest: &str| in_sync(&lock, &manifest, &[("p/Cargo.toml", &path(rest))]);
    assert_eq!(sync("[dev-dependencies]\nz = \"1\"\n[dependencies]\no = { version = \"1\", optional = true }\n"), Sync::Yes);
    assert!(matches!(sync("[dependencies]\nz = \"1\"\n"), Sync::No(_)));
    // In a workspace each path below the root is a member, and what its tests need is locked.
    let manifest = format!("{manifest}[workspace]\nexclude = [\"out\"]\n");
    assert!(matches!(in_sync(&lock, &manifest, &[("p/Cargo.toml", &path("[dev-dependencies]\nz = \"1\"\n"))]), Sync::No(_)));
    let outside = manifest.replace("path = \"p\"", "path = \"../p\"");
    assert!(matches!(in_sync(&lock, &outside, &[]), Sync::CannotTell(_)));
    assert_eq!(in_sync(&lock, &outside, &[("../p/Cargo.toml", &path(""))]), Sync::Yes);
}

#[test]
fn what_is_not_understood_cannot_be_told() {
    for (lock, manifest) in
        [("{", MANIFEST), (LOCK, "{"), (LOCK, &*MANIFEST.replace("\"1.2\"", "\"one\"")), (LOCK, &*format!("{MANIFEST}[replace]\n"))]
    {
        assert!(matches!(in_sync(lock, manifest, &[]), Sync::CannotTell(_)));
    }
}
