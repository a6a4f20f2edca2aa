//! Which changes of a manifest a uv.lock is told to lag behind.

use super::super::super::project::with;
use super::*;

// What uv 0.13.9 wrote for this manifest.
const MANIFEST: &str = "[project]\nname = \"Me.Proj\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10,<4\"\ndependencies = [\"idna >=3.0, <4\", \"six==1.16.0\", \"itsdangerous[foo]~=2.0\"]\n[project.optional-dependencies]\nx = [\"toml\"]\n[dependency-groups]\ndev = [\"iniconfig>=1\", {include-group = \"lint\"}]\nlint = [\"pathspec\"]\n[tool.uv]\nconstraint-dependencies = [\"idna<5\"]\n";
const LOCK: &str = "version = 1\nrevision = 3\nrequires-python = \">=3.10, <4\"\n[manifest]\nconstraints = [{ name = \"idna\", specifier = \"<5\" }]\n[[package]]\nname = \"me-proj\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\n[package.metadata]\nrequires-dist = [\n    { name = \"idna\", specifier = \">=3.0,<4\" },\n    { name = \"itsdangerous\", extras = [\"foo\"], specifier = \"~=2.0\" },\n    { name = \"six\", specifier = \"==1.16.0\" },\n    { name = \"toml\", marker = \"extra == 'x'\" },\n]\nprovides-extras = [\"x\"]\n[package.metadata.requires-dev]\ndev = [\n    { name = \"iniconfig\", specifier = \">=1\" },\n    { name = \"pathspec\" },\n]\nlint = [{ name = \"pathspec\" }]\n";

fn in_sync(lock: &str, manifest: &str, members: &[(&str, &str)]) -> Sync {
    let files = [&[("pyproject.toml", manifest)], members].concat();
    with(&files, |project| super::in_sync(lock, project)).remove(0).1
}

#[test]
fn a_lock_that_mirrors_its_manifest_is_in_sync() {
    assert_eq!(in_sync(LOCK, MANIFEST, &[]), Sync::Yes);
}

#[test]
fn every_way_to_lag_behind_is_told() {
    for (from, to, says) in [
        (">=3.0, <4", ">=3.1", "`me-proj` asks for `idna` in another way than is locked"),
        ("\"six==1.16.0\", ", "", "`six` is locked for `me-proj`, which does not ask for it"),
        ("\"six==1.16.0\"", "\"six==1.16.0\", \"new\"", "`me-proj` asks for `new` and it is not locked for it"),
        (">=3.10,<4", ">=3.11,<4", "`requires-python` is `>=3.11,<4` and `>=3.10, <4` is locked"),
        ("0.1.0", "0.2.0", "the version of `me-proj` is `0.2.0`, and `0.1.0` is locked"),
        ("[foo]", "", "`me-proj` asks for `itsdangerous` in another way than is locked"),
        ("x = [\"toml\"]", "x = [\"toml\", \"z\"]", "`me-proj` asks for `z` and it is not locked for it"),
        ("lint = [\"pathspec\"]", "lint = [\"pathspec>1\"]", "`the group dev` asks for `pathspec` in another way than is locked"),
        ("idna<5", "idna<6", "`constraint-dependencies` asks for `idna` in another way than is locked"),
        (
            "[tool.uv]\n",
            "[tool.uv.sources]\nsix = { git = \"https://h/six\" }\n[tool.uv]\n",
            "`me-proj` asks for `six` in another way than is locked",
        ),
        ("x = [\"toml\"]", "x = [\"toml\"]\ny = []", "the extras of `me-proj` are others than are locked"),
        ("lint = [\"pathspec\"]", "lint = [\"pathspec\"]\nmore = []", "the group `more` is empty, and not locked"),
        ("[tool.uv]", "[build-system]\n[tool.uv]", "`me-proj` is a package, and locked as another"),
        ("[tool.uv]", "[tool.uv]\nresolution = \"lowest\"", "`resolution` is `lowest`, and `highest` in the lock"),
        ("[tool.uv]", "[tool.uv]\nexclude-newer = \"2030-01-01\"", "`exclude-newer` is set, and the lock was made without it"),
        ("[tool.uv]", "[tool.uv]\nenvironments = \"os_name == 'x'\"", "`environments` is set, and the lock was made without it"),
        ("[tool.uv]", "[tool.uv]\nconflicts = [[{ extra = \"x\" }]]", "`conflicts` is other than in the lock"),
        (
            "[tool.uv]",
            "[tool.uv]\nbuild-constraint-dependencies = [\"z\"]",
            "`build-constraint-dependencies` asks for `z` and it is not locked for it",
        ),
        ("Me.Proj", "other", "`other` is not locked"),
    ] {
        let Sync::No(differences) = in_sync(LOCK, &MANIFEST.replace(from, to), &[]) else { panic!("{from}") };
        assert_eq!(differences.first().map(String::as_str), Some(says));
    }
}

#[test]
fn where_a_dependency_comes_from_is_compared() {
    let sources = "[tool.uv.sources]\nsix = { git = \"https://h/six\", tag = \"1.0\" }\ntoml = { workspace = true }\n";
    let manifest = format!("{MANIFEST}{sources}").replace("six==1.16.0", "six");
    let lock = LOCK
        .replace("{ name = \"six\", specifier = \"==1.16.0\" }", "{ name = \"six\", git = \"https://h/six?tag=1.0\" }")
        .replace("{ name = \"toml\", ", "{ name = \"toml\", editable = \"toml\", ");
    assert_eq!(in_sync(&lock, &manifest, &[]), Sync::Yes);
    assert!(matches!(in_sync(&lock, &manifest.replace("\"1.0\"", "\"1.1\""), &[]), Sync::No(_)));
    let written = MANIFEST.replace("six==1.16.0", "six @ git+https://h/six@1.0").replace("\"toml\"", "\"toml @ https://h/t.whl\"");
    let lock = LOCK
        .replace("{ name = \"six\", specifier = \"==1.16.0\" }", "{ name = \"six\", git = \"https://h/six?rev=1.0\" }")
        .replace("{ name = \"toml\", ", "{ name = \"toml\", url = \"https://h/t.whl\", ");
    assert_eq!(in_sync(&lock, &written, &[]), Sync::Yes);
}

#[test]
fn a_marker_is_compared_as_uv_writes_it() {
    let manifest = MANIFEST.replace("six==1.16.0", "six==1.16.0; python_version<'3.12'");
    let lock = LOCK.replace("{ name = \"six\", ", "{ name = \"six\", marker = \"python_full_version < '3.12'\", ");
    assert_eq!(in_sync(&lock, &manifest, &[]), Sync::Yes);
    assert!(matches!(in_sync(&lock, MANIFEST, &[]), Sync::CannotTell(_)));
}

#[test]
fn groups_that_include_one_another_take_no_time() {
    let floor = |n: usize| format!("g{n} = [{{include-group = \"g{}\"}}, {{include-group = \"g{}\"}}]\n", n + 1, (n + 2).min(60));
    let floors: String = (0..60).map(floor).collect();
    let manifest = MANIFEST.replace("lint = [\"pathspec\"]\n", &format!("lint = [\"pathspec\"]\n{floors}g60 = []\n"));
    let locked: String = (0..61).map(|n| format!("g{n} = []\n")).collect();
    assert_eq!(in_sync(&format!("{LOCK}{locked}"), &manifest, &[]), Sync::Yes);
}

#[test]
fn a_workspace_is_compared_whole_or_not_at_all() {
    let lock = format!("{LOCK}[[package]]\nname = \"b\"\nsource = {{ editable = \"b\" }}\n")
        .replace("[manifest]\n", "[manifest]\nmembers = [\"b\", \"me-proj\"]\n");
    let other = ("b/pyproject.toml", "[project]\nname = \"b\"\n");
    assert_eq!(in_sync(&lock, MANIFEST, &[other]), Sync::Yes);
    assert!(matches!(in_sync(&lock, MANIFEST, &[]), Sync::No(_)));
    assert!(matches!(in_sync(&lock, MANIFEST, &[(other.0, "[project]\nname = \"b\"\ndependencies = [\"c\"]\n")]), Sync::No(_)));
}

#[test]
fn what_is_not_understood_cannot_be_told() {
    for (from, to) in [
        ("six==1.16.0", "six==1.16.0; os_name == 'nt'"),
        ("~=2.0", "~=2.0rc1"),
        ("~=2.0", "is two"),
        ("name = \"Me.Proj\"\n", "name = \"Me.Proj\"\ndynamic = [\"dependencies\"]\n"),
        ("lint = [\"pathspec\"]", "lint = [{include-group = \"dev\"}]"),
        ("lint = [\"pathspec\"]", "lint = [{include-group = \"none\"}]"),
        ("[project]", "[projects]"),
        ("[project]", "{"),
    ] {
        assert!(matches!(in_sync(LOCK, &MANIFEST.replace(from, to), &[]), Sync::CannotTell(_)), "{to}");
    }
    assert!(matches!(in_sync("{", MANIFEST, &[]), Sync::CannotTell(_)));
}

#[test]
fn a_project_that_is_no_member_is_left_alone_and_a_path_is_compared() {
    let manifest = format!("{MANIFEST}[tool.uv.workspace]\nmembers = [\"p/*\"]\nexclude = [\"p/out\"]\n");
    let nowhere = "[project]\nname = \"fixture\"\ndependencies = [\"nowhere\"]\n";
    assert_eq!(in_sync(LOCK, &manifest, &[("tests/pyproject.toml", nowhere), ("p/out/pyproject.toml", nowhere)]), Sync::Yes);
    assert_eq!(in_sync(LOCK, &manifest, &[("p/x/pyproject.toml", nowhere)]), Sync::No(vec!["`fixture` is not locked".to_owned()]));
    let lock = format!("{LOCK}[[package]]\nname = \"d\"\nsource = {{ directory = \"d\" }}\n");
    assert_eq!(in_sync(&lock, MANIFEST, &[("d/pyproject.toml", "[project]\nname = \"d\"\n")]), Sync::Yes);
    let more = "[project]\nname = \"d\"\ndependencies = [\"z\"]\n";
    assert_eq!(
        in_sync(&lock, MANIFEST, &[("d/pyproject.toml", more)]),
        Sync::No(vec!["`d` asks for `z` and it is not locked for it".to_owned()])
    );
}

#[test]
fn the_python_of_a_workspace_is_where_the_ranges_of_its_members_meet() {
    let manifest = format!("{MANIFEST}[tool.uv.workspace]\nmembers = [\"b\"]\n");
    let lock = format!("{LOCK}[[package]]\nname = \"b\"\nsource = {{ virtual = \"b\" }}\n")
        .replace("[manifest]\n", "[manifest]\nmembers = [\"b\", \"me-proj\"]\n")
        .replace(">=3.10, <4", ">=3.11.0, <4");
    let sync = |range: &str| {
        in_sync(&lock, &manifest, &[("b/pyproject.toml", &format!("[project]\nname = \"b\"\nrequires-python = \"{range}\"\n"))])
    };
    assert_eq!(sync(">=3.11"), Sync::Yes);
    assert!(matches!(sync(">=3.9"), Sync::No(_)) && matches!(sync(">=3.11,<3.14"), Sync::No(_)));
    assert!(matches!(sync("~=3.11"), Sync::CannotTell(_)));
}

#[test]
fn an_older_lock_is_not_asked_for_what_its_uv_did_not_write() {
    let lock = LOCK.replace("revision = 3\n", "");
    let manifest = MANIFEST
        .replace("[tool.uv]", "[tool.uv]\nbuild-constraint-dependencies = [\"z\"]\ndefault-groups = [\"lint\"]")
        .replace("lint = [", "more = []\nlint = [");
    assert_eq!(in_sync(&lock, &manifest, &[]), Sync::Yes);
    assert!(matches!(in_sync(LOCK, &manifest, &[]), Sync::No(_)));
}
