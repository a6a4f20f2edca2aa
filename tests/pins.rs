//! Two real repositories: a producer with tags and a consumer with pins. A schema is added from a path, a bare repository and a URL; what goes wrong
//! on the way leaves the pins file and the copy as they were.

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::{Failed, Sandbox};

const V1: &str = "{\n  \"$id\": \"https://example.org/v1.4.0/orders.json\",\n  \"type\": \"object\"\n}\n";
const V2: &str = "{\n  \"$id\": \"https://example.org/v1.5.0/orders.json\",\n  \"type\": \"object\",\n  \"required\": [\"id\"]\n}\n";

/// A producer with the versions 1.4.0, tagged with a note, and 1.5.0; and an empty consumer.
struct Two {
    consumer: Sandbox,
    producer: PathBuf,
}

impl Two {
    fn new() -> Result<Self, Failed> {
        let consumer = Sandbox::new()?;
        let producer = consumer.tree.join("../producer");
        std::fs::create_dir_all(producer.join("schemas"))?;
        let two = Self { consumer, producer };
        two.git(&["init", "-q", "-b", "main", "."])?;
        two.release(V1, &["tag", "-a", "v1.4.0", "-m", "1.4.0"])?;
        two.release(V2, &["tag", "v1.5.0"])?;
        Ok(two)
    }

    fn release(&self, text: &str, tag: &[&str]) -> Result<(), Failed> {
        std::fs::write(self.producer.join("schemas/orders.json"), text)?;
        self.git(&["add", "-A"])?;
        self.git(&["commit", "-q", "-m", "release"])?;
        self.git(tag)?;
        Ok(())
    }

    /// git in the producer; what it says.
    fn git(&self, args: &[&str]) -> Result<String, Failed> {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"];
        let output = plain(Command::new("git").args(who).args(args).current_dir(&self.producer)).output()?;
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
        plain(command.args(["pins"]).args(args).current_dir(&self.consumer.tree));
        command
    }

    fn pins(&self, args: &[&str]) -> Result<(Option<i32>, String), Failed> {
        Ok(said(&self.command(args).output()?))
    }

    fn add(&self) -> Result<(), Failed> {
        let (code, told) = self.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--role", "reader"])?;
        assert_eq!(code, Some(0), "{told}");
        Ok(())
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.consumer.tree.join(path)).ok()
    }

    fn file(&self) -> Option<String> {
        self.read("lockfiles/schemas.toml")
    }

    fn copy(&self) -> Option<String> {
        self.read("schemas/orders.json")
    }

    /// What gate has fetched into and not removed.
    fn scratch(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.consumer.tree.join(".gate/scratch"));
        folder.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }
}

fn plain(command: &mut Command) -> &mut Command {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", "/nonexistent").env_remove("GIT_ASKPASS")
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), format!("{}--\n{}", text(&output.stdout), text(&output.stderr)))
}

/// Waits for something, for at most 20 seconds.
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_schema_is_added_with_its_commit_and_digests_and_shown() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let commit = two.git(&["rev-parse", "v1.4.0^{commit}"])?;
    assert_eq!(two.copy().as_deref(), Some(V1));
    let file = two.file().unwrap_or_default();
    let entry = file.split("\n\n").nth(1).unwrap_or_default();
    let start = format!(
        "[[schema]]\nname = \"orders\"\nrepo = \"../producer\"\nversion = \"1.4.0\"\ntag = \"v1.4.0\"\ncommit = \"{commit}\"\n\
         source-path = \"schemas/orders.json\"\npath = \"schemas/orders.json\"\nsha256 = \"sha256:"
    );
    assert!(entry.starts_with(&start), "{file}");
    assert!(entry.contains("\ncanonical = \"sha256:") && entry.ends_with("\nformat = \"json-schema\"\nrole = \"reader\"\n"), "{file}");
    assert!(file.starts_with("# "), "{file}");
    assert!(two.scratch().is_empty(), "{:?}", two.scratch());
    let (code, told) = two.pins(&["status"])?;
    assert_eq!(code, Some(0), "{told}");
    let row: Vec<&str> = told.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    assert_eq!(row, ["orders", "1.4.0", &commit[..7], "reader", "schemas/orders.json", "ok", "verified"]);
    Ok(())
}

#[test]
fn a_number_without_a_canonical_form_leaves_the_bytes_to_pin_by() -> Result<(), Failed> {
    let two = Two::new()?;
    std::fs::write(two.producer.join("schemas/counts.json"), "{ \"type\": \"integer\", \"maximum\": 9223372036854775807 }\n")?;
    two.git(&["add", "-A"])?;
    two.git(&["commit", "-qm", "counts"])?;
    two.git(&["tag", "v9.0.0"])?;
    let (code, told) = two.pins(&["add", "../producer", "schemas/counts.json", "--version", "9.0.0", "--role", "reader"])?;
    let file = two.file().unwrap_or_default();
    assert!(code == Some(0) && file.contains("sha256 = ") && !file.contains("canonical"), "{told}{file}");
    let report = plain(Command::new(env!("CARGO_BIN_EXE_gate")).args(["schema-pins"]).current_dir(&two.consumer.tree)).output()?;
    let (_, told) = said(&report);
    assert!(!told.contains("canonical"), "{told}");
    Ok(())
}

#[test]
fn a_url_and_a_bare_repository_are_fetched_from_as_a_path_is() -> Result<(), Failed> {
    let two = Two::new()?;
    two.git(&["clone", "-q", "--bare", ".", "../bare.git"])?;
    let url = format!("file://{}", two.producer.canonicalize()?.display());
    for (repo, name, to) in [("../bare.git", "a", "a.json"), (url.as_str(), "b", "b.json")] {
        let (code, told) = two.pins(&["add", repo, "schemas/orders.json", "--version", "1.4.0", "--name", name, "--to", to])?;
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains("nothing says what this repository does"), "{told}");
        assert_eq!(two.read(to).as_deref(), Some(V1));
    }
    Ok(())
}

#[test]
fn a_pin_moves_and_every_other_byte_of_the_file_stays() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let old = two.file().unwrap_or_default();
    let mine =
        format!("# mine\n{}", old.replace("role = ", "role   =  ").replace("version = \"1.4.0\"", "version = '1.4.0' # since March"));
    two.consumer.write("lockfiles/schemas.toml", &mine)?;
    let (code, told) = two.pins(&["update", "orders", "--dry-run"])?;
    assert!(
        code == Some(0) && told.contains("-version = '1.4.0' # since March\n") && told.contains("+version = '1.5.0' # since March\n"),
        "{told}"
    );
    assert_eq!((two.file(), two.copy().as_deref()), (Some(mine.clone()), Some(V1)));
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(0) && told.contains("orders: 1.4.0 → 1.5.0, tag v1.5.0"), "{told}");
    let new = two.file().unwrap_or_default();
    let kept = |text: &str| -> Vec<String> {
        let moved = ["version", "tag", "commit", "sha256", "canonical"];
        text.lines().filter(|line| !moved.iter().any(|key| line.starts_with(key))).map(str::to_owned).collect()
    };
    assert_eq!(kept(&new), kept(&mine));
    assert!(new.contains("version = '1.5.0' # since March\ntag = \"v1.5.0\"\n"), "{new}");
    assert_eq!(two.copy().as_deref(), Some(V2));
    let (code, told) = two.pins(&["update", "--all"])?;
    assert!(code == Some(0) && told.contains("orders: at 1.5.0 already"), "{told}");
    assert_eq!(two.file(), Some(new));
    Ok(())
}

#[test]
fn a_missing_tag_or_file_is_told_with_what_is_there_and_nothing_is_written() -> Result<(), Failed> {
    let two = Two::new()?;
    for (args, told_of) in [
        (&["add", "../producer", "schemas/orders.json", "--version", "1.6.0"][..], "there are `v1.5.0`, `v1.4.0`"),
        (&["add", "../producer", "schemas/order.json", "--version", "1.4.0"], "there is `schemas/orders.json`"),
        (&["add", "../producer", "orders.json", "--version", "1.4.0"], "there is `schemas/orders.json`"),
        (&["add", "../producer", "schemas", "--version", "1.4.0"], "`schemas` is a folder at `v1.4.0`"),
        (
            &["add", "../producer", ":(top)schemas/orders.json", "--version", "1.4.0"],
            "`:(top)schemas/orders.json` does not exist at `v1.4.0`",
        ),
        (&["add", "../producer", "schemas/*.json", "--version", "1.4.0"], "`schemas/*.json` does not exist at `v1.4.0`"),
        (&["add", "../producer", "schemas/orders.json", "--version", "v1.4.0"], "write `1.4.0`"),
        (&["add", "../producr", "schemas/orders.json", "--version", "1.4.0"], "`../producr` does not exist"),
        (&["add", "ext::sh -c id", "schemas/orders.json", "--version", "1.4.0"], "the transports are"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "../x.json"], "leaves the root"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", ".git/x.json"], "no place for a schema"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--tag", "v1.5.0"], "is of version 1.5.0, not 1.4.0"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", ".GIT/x.json"], "is git's or gate's own"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "a/git~1/x.json"], "is git's or gate's own"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "C:/x.json"], "is a path of Windows"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "\\\\server\\x"], "is a path of Windows"),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "a\u{1b}b.json"], "holds a control character"),
        // Nobody is asked where the name is none.
        (&["add", "../gone", "schemas/orders.json", "--version", "1.4.0", "--name", ""], "`` is no name of a pin: it is empty"),
        (&["add", "../gone", "schemas/orders.json", "--version", "1.4.0", "--name", "a\nb"], "is no name of a pin"),
        (&["add", "../gone", "schemas/orders.json", "--version", "1.4.0", "--name", "a#b"], "is no name of a pin"),
        (&["add", "../gone", "schemas/a'b.json", "--version", "1.4.0"], "`--name` gives another"),
        (&["add", "https://hunter2@e.org/p.git", "schemas/orders.json", "--version", "1.4.0"], "`https://…@e.org/p.git` is no repository"),
        (
            &["add", "https://e.org/p.git?token=hunter2", "schemas/orders.json", "--version", "1.4.0"],
            "`https://e.org/p.git?…` is no repository",
        ),
        (&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--pins", ".git/x.toml"], "no place for a pins file"),
        (&["update", "orders"], "there is no `lockfiles/schemas.toml`"),
    ] {
        let (code, told) = two.pins(args)?;
        assert!(code == Some(2) && told.contains(told_of) && !told.contains("hunter2"), "{args:?}: {code:?} {told}");
        assert_eq!((two.file(), two.copy()), (None, None));
        assert!(two.scratch().is_empty());
    }
    Ok(())
}

#[test]
fn what_is_no_schema_there_is_refused_with_what_it_is() -> Result<(), Failed> {
    let two = Two::new()?;
    let there = |path: &str, text: &[u8]| std::fs::write(two.producer.join(path), text);
    std::os::unix::fs::symlink("schemas/orders.json", two.producer.join("link.json"))?;
    there("twice.json", b"{\n\"a\": 1,\n\"a\": 2}")?;
    there("lfs.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")?;
    there("old-lfs.json", b"version https://hawser.github.com/spec/v1\noid sha256:00\nsize 1\n")?;
    there("latin.json", b"\"\xe9\"")?;
    there("empty.json", b"")?;
    there("large.json", &vec![b' '; (8 << 20) + 1])?;
    there("odd.txt", b"x")?;
    there("api.yaml", b"# ours\nopenapi: 3.1.0\n")?;
    two.release(V2, &["tag", "v2.0.0"])?;
    for (path, told_of) in [
        ("link.json", "`link.json` is a symbolic link at `v2.0.0`, no file"),
        ("twice.json", "`twice.json` is no strict JSON there: line 3"),
        ("lfs.json", "is kept in git LFS there"),
        ("old-lfs.json", "is kept in git LFS there"),
        ("latin.json", "is not UTF-8 text there"),
        ("empty.json", "is empty there"),
        ("large.json", "`large.json` is larger than 8 MiB at `v2.0.0`"),
        ("odd.txt", "`--schema-format` does"),
    ] {
        let (code, told) = two.pins(&["add", "../producer", path, "--version", "2.0.0"])?;
        assert!(code == Some(2) && told.contains(told_of) && two.file().is_none() && two.read(path).is_none(), "{path}: {code:?} {told}");
    }
    there("orders.schema", V1.as_bytes())?;
    two.release(V1, &["tag", "v3.0.0"])?;
    let (code, told) = two.pins(&["add", "../producer", "orders.schema", "--version", "3.0.0", "--schema-format", "avro", "--dry-run"])?;
    assert!(code == Some(0) && told.contains("looks like json-schema, and is pinned as avro"), "{told}");
    let (code, told) = two.pins(&["add", "../producer", "orders.schema", "--version", "3.0.0", "--dry-run"])?;
    assert!(code == Some(0) && told.contains("+canonical") && told.contains("+format = \"json-schema\""), "whatever its name is: {told}");
    let (code, told) = two.pins(&["add", "../producer", "api.yaml", "--version", "2.0.0", "--role", "both"])?;
    let file = two.file().unwrap_or_default();
    assert!(code == Some(0) && file.contains("format = \"openapi\"\n") && !file.contains("canonical"), "{told}{file}");
    Ok(())
}

#[test]
fn a_repository_of_long_object_ids_is_fetched_from() -> Result<(), Failed> {
    let mut two = Two::new()?;
    two.producer = two.consumer.tree.join("../long");
    std::fs::create_dir_all(two.producer.join("schemas"))?;
    two.git(&["init", "-q", "-b", "main", "--object-format=sha256", "."])?;
    two.release(V1, &["tag", "1.4.0"])?;
    let (code, told) = two.pins(&["add", "../long", "schemas/orders.json", "--version", "1.4.0"])?;
    let commit = two.git(&["rev-parse", "HEAD"])?;
    assert!(code == Some(0) && commit.len() == 64 && two.file().unwrap_or_default().contains(&commit), "{told}");
    Ok(())
}

/// A server of plain files, as any web server is one; its address.
fn file_server(folder: PathBuf) -> Result<String, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = vec![0; 8192];
            let length = stream.read(&mut request).unwrap_or_default();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/").to_owned();
            let (status, body) = match std::fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    Ok(address)
}

#[test]
fn a_server_of_plain_files_that_knows_no_depth_is_fetched_from() -> Result<(), Failed> {
    let two = Two::new()?;
    two.git(&["clone", "-q", "--bare", ".", "../plain.git"])?;
    two.git(&["-C", "../plain.git", "update-server-info"])?;
    let url = file_server(two.producer.join("../plain.git").canonicalize()?)?;
    let (code, told) = two.pins(&["add", &url, "schemas/orders.json", "--version", "1.4.0"])?;
    assert!(code == Some(0) && two.copy().as_deref() == Some(V1), "{code:?} {told}");
    Ok(())
}

#[test]
fn a_path_that_leads_out_through_a_link_is_refused() -> Result<(), Failed> {
    let two = Two::new()?;
    std::os::unix::fs::symlink(two.producer.canonicalize()?, two.consumer.tree.join("out"))?;
    let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--to", "out/x.json"])?;
    assert!(code != Some(0) && two.file().is_none() && !two.producer.join("x.json").exists(), "{told}");
    Ok(())
}

#[test]
fn a_tag_that_moved_is_refused_with_both_commits() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let (old, before) = (two.git(&["rev-parse", "v1.4.0^{commit}"])?, two.file());
    two.git(&["tag", "-f", "v1.4.0", "v1.5.0"])?;
    let new = two.git(&["rev-parse", "v1.5.0^{commit}"])?;
    let (code, told) = two.pins(&["update", "orders", "--version", "1.4.0"])?;
    assert!(code == Some(2) && told.contains(&old) && told.contains(&new) && told.contains("moved"), "{told}");
    assert_eq!((two.file(), two.copy().as_deref()), (before, Some(V1)));
    let (code, told) = two.pins(&["update", "orders", "--version", "1.4.0", "--force"])?;
    assert!(code == Some(0) && two.copy().as_deref() == Some(V2), "{told}");
    Ok(())
}

#[test]
fn a_tag_may_look_like_an_option_and_be_a_tag_of_a_tag() -> Result<(), Failed> {
    let two = Two::new()?;
    two.git(&["update-ref", "refs/tags/--upload-pack=x", "v1.4.0^{commit}"])?;
    two.git(&["tag", "-a", "v1.4.1", "-m", "once more", "v1.4.0"])?;
    let commit = two.git(&["rev-parse", "v1.4.0^{commit}"])?;
    for tag in ["--tag=--upload-pack=x", "--tag=v1.4.1"] {
        let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.4.1", tag, "--dry-run"])?;
        assert!(code == Some(0) && told.contains(&format!("+commit = \"{commit}\"")), "{code:?} {told}");
        assert_eq!((two.file(), two.copy()), (None, None));
    }
    two.git(&["tag", "v1.4.2", "HEAD:schemas"])?;
    let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.4.2"])?;
    assert!(code == Some(2) && told.contains("the tag `v1.4.2` leads to no commit"), "{code:?} {told}");
    Ok(())
}

#[test]
fn a_tag_that_moved_or_is_gone_is_told_by_status_and_by_the_check() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    two.consumer.commit("the pin")?;
    let check = || -> Result<(Option<i32>, String), Failed> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
        let (code, told) = said(&plain(command.args(["schema-pins"]).current_dir(&two.consumer.tree)).output()?);
        Ok((code, told.split_whitespace().collect::<Vec<_>>().join(" ")))
    };
    let whole = two.file().unwrap_or_default();
    assert_eq!(check()?.0, Some(0), "{}", check()?.1);
    two.consumer.write("lockfiles/schemas.toml", whole.replace("tag = \"v1.4.0\"\n", ""))?;
    assert!(two.pins(&["status"])?.1.contains(" verified") && check()?.0 == Some(0), "an annotated tag is followed: {}", check()?.1);
    for text in [whole.clone(), whole.replace("tag = \"v1.4.0\"\n", "")] {
        two.consumer.write("lockfiles/schemas.toml", &text)?;
        two.git(&["tag", "-f", "v1.4.0", "v1.5.0"])?;
        let (code, told) = two.pins(&["status"])?;
        assert!(code == Some(0) && told.contains("TAG MOVED"), "{code:?} {told}");
        let (code, told) = check()?;
        assert!(
            code == Some(1) && told.contains("is at another commit than its tag `v1.4.0` leads to in the mirror `../producer`"),
            "{code:?} {told}"
        );
    }
    two.git(&["tag", "-d", "v1.4.0"])?;
    assert!(check()?.1.contains("names no tag, and the mirror `../producer` has none of its version"), "{}", check()?.1);
    two.consumer.write("lockfiles/schemas.toml", &whole)?;
    let (code, told) = two.pins(&["status"])?;
    assert!(code == Some(3) && told.contains("does not have the tag `v1.4.0`"), "{code:?} {told}");
    let (code, told) = check()?;
    assert!(code == Some(3) && told.contains("`v1.4.0`, which the mirror `../producer` does not have"), "{code:?} {told}");
    Ok(())
}

#[test]
fn a_version_that_was_edited_alone_finds_its_own_tag_again() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let whole = two.file().unwrap_or_default();
    two.consumer.write("lockfiles/schemas.toml", whole.replace("\"1.4.0\"", "\"1.5.0\""))?;
    let (code, told) = two.pins(&["update", "orders", "--version", "1.5.0"])?;
    assert!(code == Some(2) && told.contains("the tag `v1.5.0`"), "{code:?} {told}");
    let (code, told) = two.pins(&["update", "orders", "--version", "1.4.0"])?;
    assert!(code == Some(0) && two.file() == Some(whole), "{code:?} {told}");
    Ok(())
}

#[test]
fn a_pin_goes_on_with_its_own_sort_of_tags() -> Result<(), Failed> {
    let two = Two::new()?;
    two.git(&["tag", "orders-1.4.0", "v1.4.0"])?;
    let (code, told) =
        two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.4.0", "--tag", "orders-1.4.0", "--role", "writer"])?;
    assert_eq!(code, Some(0), "{told}");
    // Version 1.5.0 of something else is tagged in the same repository.
    two.release(&V2.replace("id\"]", "key\"]"), &["tag", "orders-1.5.0"])?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(0) && two.copy().is_some_and(|copy| copy.contains("key")), "{told}");
    let (code, told) =
        two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.5.0", "--name", "orders", "--pins", "b.toml"])?;
    assert!(code == Some(2) && told.contains("`v1.5.0` leads to") && told.contains("`orders-1.5.0` to"), "{told}");
    Ok(())
}

#[test]
fn a_copy_that_somebody_changed_is_not_written_over_and_a_lost_one_comes_back() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let before = two.file();
    two.consumer.write("schemas/orders.json", "{}\n")?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(2) && told.contains("is not what is pinned") && two.file() == before, "{told}");
    assert!(two.pins(&["status"])?.1.contains("DIFFER"));
    std::fs::remove_file(two.consumer.tree.join("schemas/orders.json"))?;
    assert!(two.pins(&["status"])?.1.contains("MISSING"));
    let (code, told) = two.pins(&["update", "orders", "--version", "1.4.0"])?;
    assert!(code == Some(0) && two.copy().as_deref() == Some(V1) && two.file() == before, "{told}");
    // The command that the check proposes brings the pinned bytes back, and moves nothing.
    two.consumer.write("schemas/orders.json", "{}\n")?;
    let (code, told) = two.pins(&["update", "orders", "--version", "1.4.0", "--force"])?;
    assert!(code == Some(0) && two.copy().as_deref() == Some(V1) && two.file() == before, "{told}");
    // What an update that was killed between the two files has left is taken up again.
    two.consumer.write("schemas/orders.json", V2)?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(0) && two.copy().as_deref() == Some(V2), "{told}");
    Ok(())
}

#[test]
fn a_pin_that_is_there_already_is_not_added_again() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let before = two.file();
    for (name, told_of) in [("orders", "gate pins update orders"), ("other", "is the place of the pin `orders`")] {
        let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.5.0", "--name", name])?;
        assert!(code == Some(2) && told.contains(told_of) && two.file() == before, "{told}");
    }
    Ok(())
}

#[test]
fn a_file_of_two_pins_is_seen_through_links_and_moved_for_neither() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    std::os::unix::fs::symlink("schemas", two.consumer.tree.join("link"))?;
    std::os::unix::fs::symlink("lockfiles", two.consumer.tree.join("locks"))?;
    for (to, told_of) in
        [("link/orders.json", "`link/orders.json` is the place of the pin `orders`"), ("locks/schemas.toml", "is the pins file itself")]
    {
        let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.5.0", "--name", "b", "--to", to])?;
        assert!(code == Some(2) && told.contains(told_of), "{told}");
    }
    let one = two.file().unwrap_or_default();
    two.consumer.write("lockfiles/schemas.toml", one.replace("\npath = \"schemas", "\npath = \".GIT"))?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(2) && told.contains("is git's or gate's own: no place for a schema; change its `path`"), "{told}");
    let (code, told) = two.pins(&["status"])?;
    assert!(code == Some(3) && told.contains("? orders: `.GIT/orders.json`"), "{told}");
    let entry = one.split_once("[[schema]]").map(|(_, entry)| entry.to_owned()).unwrap_or_default();
    for path in ["schemas/orders.json", "./schemas//orders.json", "link/orders.json"] {
        let other = entry.replace("\"orders\"", "\"other\"").replace("\npath = \"schemas/orders.json\"", &format!("\npath = \"{path}\""));
        let both = format!("{one}\n[[schema]]{other}");
        two.consumer.write("lockfiles/schemas.toml", &both)?;
        for name in ["orders", "other"] {
            let (code, told) = two.pins(&["update", name])?;
            assert!(code == Some(2) && told.contains("its file is that of the pin `o"), "{path}: {told}");
            assert_eq!((two.file().as_ref(), two.copy().as_deref()), (Some(&both), Some(V1)));
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
        let (_, told) = said(&plain(command.args(["schema-pins", "--format", "json"]).current_dir(&two.consumer.tree)).output()?);
        assert!(told.contains("schema-pins/duplicate-path"), "{path}: {told}");
    }
    Ok(())
}

#[test]
fn a_token_in_the_pins_file_is_never_shown() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let entry = "\n[[schema]]\nname = \"b\"\nrepo = \"https://ghp_hunter2@e.org/p.git\"\nsource-path = \"a\"\npath = \"a.json\"\nupstream = \"https://e.org/p?token=hunter2\"\n";
    two.consumer.write("lockfiles/schemas.toml", &(two.file().unwrap_or_default() + entry))?;
    two.consumer.commit("pins")?;
    for args in [
        &["pins", "update", "b"][..],
        &["pins", "update", "orders", "--dry-run"],
        &["pins", "status"],
        &["pins", "status", "--format", "json"],
        &["pins", "diff", "--base", "HEAD"],
        &["schema-pins"],
        &["schema-pins", "--format", "json"],
        &["schema-pins", "--format", "github"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
        let (_, told) = said(&plain(command.args(args).current_dir(&two.consumer.tree)).output()?);
        assert!(!told.contains("hunter2"), "{args:?} {told}");
    }
    Ok(())
}

#[test]
fn one_pin_that_cannot_be_moved_keeps_no_other_from_it() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let gone = "\n[[schema]]\nname = \"gone\"\nrepo = \"../gone\"\nsource-path = \"a\"\npath = \"a.json\"\n";
    two.consumer.write("lockfiles/schemas.toml", &(two.file().unwrap_or_default() + gone))?;
    let (code, told) = two.pins(&["update", "--all"])?;
    assert!(code == Some(2) && told.contains("error: gone: `../gone` does not exist") && told.contains("orders: 1.4.0 → 1.5.0"), "{told}");
    assert_eq!(two.copy().as_deref(), Some(V2));
    Ok(())
}

/// A server of one sort of answer; its address.
fn server(answer: &'static [u8]) -> Result<String, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/p.git", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _read = stream.read(&mut request);
            let _written = stream.write_all(answer);
            if answer.is_empty() {
                // It never answers.
                std::thread::sleep(Duration::from_secs(60));
            }
        }
    });
    Ok(address)
}

#[test]
fn a_url_that_asks_for_a_password_is_told_and_never_waits_for_one() -> Result<(), Failed> {
    let two = Two::new()?;
    let url =
        server(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    let begun = Instant::now();
    let (code, told) = two.pins(&["add", &url, "schemas/orders.json", "--version", "1.4.0"])?;
    assert!(code == Some(3) && told.contains("wants a password or a key, and gate never asks"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(20) && two.file().is_none() && two.scratch().is_empty());
    let with_password = url.replace("http://", "http://me:hunter2@");
    let (code, told) = two.pins(&["add", &with_password, "schemas/orders.json", "--version", "1.4.0"])?;
    assert!(code == Some(2) && !told.contains("hunter2"), "{told}");
    Ok(())
}

#[test]
fn a_server_that_is_silent_or_cuts_its_answer_off_is_told() -> Result<(), Failed> {
    let two = Two::new()?;
    let (code, told) = two.pins(&["add", &server(b"")?, "schemas/orders.json", "--version", "1.4.0", "--timeout", "1s"])?;
    assert!(code == Some(3) && told.contains("did not answer within 1s"), "{told}");
    let cut = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 4000\r\n\r\n001e# service=git-upload-pack\n0000";
    let (code, told) = two.pins(&["add", &server(cut)?, "schemas/orders.json", "--version", "1.4.0", "--timeout", "5s"])?;
    assert!(code == Some(3) && told.contains("cannot be asked"), "{told}");
    assert!(two.file().is_none() && two.copy().is_none() && two.scratch().is_empty());
    Ok(())
}

/// A gate that fetches from a server that never answers.
fn waiting(two: &Two) -> Result<Child, Failed> {
    let mut file = two.file().unwrap_or_default();
    file = file.replace("repo = \"../producer\"", &format!("repo = \"{}\"", server(b"")?));
    two.consumer.write("lockfiles/schemas.toml", &file)?;
    let child = two.command(&["update", "orders"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    wait_for("gate fetches", || !two.scratch().is_empty());
    Ok(child)
}

fn send(signal: &str, child: &Child) -> Result<(), Failed> {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status()?.success());
    Ok(())
}

#[test]
fn an_interrupt_ends_the_fetch_and_nothing_is_left() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let mut child = waiting(&two)?;
    let before = two.file();
    std::thread::sleep(Duration::from_millis(300));
    send("-INT", &child)?;
    assert_eq!(child.wait()?.code(), Some(130));
    assert!(two.scratch().is_empty() && two.file() == before && two.copy().as_deref() == Some(V1));
    Ok(())
}

#[test]
fn a_gate_that_is_killed_leaves_file_and_copy_whole_and_the_next_one_cleans_up() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let mut child = waiting(&two)?;
    let before = two.file();
    send("-KILL", &child)?;
    child.wait()?;
    assert!(two.file() == before && two.copy().as_deref() == Some(V1) && !two.scratch().is_empty());
    let (code, told) = two.pins(&["add", "../producer", "schemas/orders.json", "--version", "1.5.0", "--name", "b", "--to", "b.json"])?;
    assert_eq!(code, Some(0), "{told}");
    assert!(two.scratch().is_empty(), "{:?}", two.scratch());
    Ok(())
}

#[test]
fn a_copy_is_not_left_without_its_entry_where_the_pins_file_cannot_be_written() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let (file, before) = (two.consumer.tree.join("lockfiles/schemas.toml"), two.file());
    let mut permissions = std::fs::metadata(&file)?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions)?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code != Some(0) && two.file() == before && two.copy().as_deref() == Some(V1), "{told}");
    Ok(())
}

#[test]
fn status_says_what_a_mirror_says_and_where_there_is_none() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let file = two.file().unwrap_or_default();
    let with = |repo: &str, more: &str| file.replace("repo = \"../producer\"", &format!("repo = \"{repo}\"{more}"));
    let elsewhere = two.git(&["rev-parse", "v1.5.0^{commit}"])?;
    let pinned = two.git(&["rev-parse", "v1.4.0^{commit}"])?;
    two.release(&" ".repeat((8 << 20) + 1), &["tag", "v1.6.0"])?;
    let large = two.git(&["rev-parse", "v1.6.0^{commit}"])?;
    for (text, code, told_of) in [
        (with("https://example.org/p.git", ""), 0, "not verified"),
        (with("../gone", ""), 0, "not verified"),
        (with("https://example.org/p.git", "\nupstream = \"../producer\""), 0, " verified"),
        (with("https://example.org/p.git", "\nupstream = \"../gone\""), 3, "? orders: the mirror `../gone`"),
        (file.replace(&pinned, &elsewhere), 0, "DIFFERS"),
        (file.replace(&pinned, &"1".repeat(40)), 3, "? orders: the mirror `../producer` does not have its commit"),
        (file.replace(&pinned, &large), 3, "? orders: the mirror `../producer` has it as a file of 8388609 bytes"),
    ] {
        two.consumer.write("lockfiles/schemas.toml", &text)?;
        let (exit, told) = two.pins(&["status"])?;
        assert!(exit == Some(code) && told.contains(told_of), "{told_of}: {exit:?} {told}");
    }
    Ok(())
}

/// An ssh that cuts its answer off after so many bytes.
fn cut_ssh(two: &Two, bytes: usize) -> Result<String, Failed> {
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in -G) exit 1;; esac\nfor last; do :; done\n{{ eval \"$last\"; echo $? >\"$0.code\"; }} | {{ dd bs=1 count={bytes} status=none; test -s \"$0.code\" || kill -9 $$; }}\n"
    );
    let path = two.consumer.tree.join("../ssh");
    let _none = std::fs::remove_file(path.with_extension("code"));
    std::fs::write(&path, script)?;
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(path.canonicalize()?.display().to_string())
}

#[test]
fn a_fetch_that_is_cut_anywhere_leaves_file_and_copy_whole() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let url = format!("ssh://example.org{}", two.producer.canonicalize()?.display());
    let before = two.file().unwrap_or_default().replace("repo = \"../producer\"", &format!("repo = \"{url}\""));
    two.consumer.write("lockfiles/schemas.toml", &before)?;
    let (mut cut, mut whole) = (0, 0);
    for bytes in [0, 3, 100, 250, 400, 500, 600, 650, 700, 750, 800, 900, 100_000] {
        let ssh = cut_ssh(&two, bytes)?;
        let output = two.command(&["update", "orders", "--timeout", "20s"]).env("GIT_SSH_COMMAND", &ssh).output()?;
        let (code, told) = said(&output);
        match code {
            Some(0) => {
                whole += 1;
                assert_eq!(two.copy().as_deref(), Some(V2));
                break;
            }
            _ => {
                cut += 1;
                assert!(code == Some(3) && told.contains("cannot be asked"), "{bytes}: {code:?} {told}");
                assert_eq!((two.file().as_ref(), two.copy().as_deref()), (Some(&before), Some(V1)), "{bytes}");
            }
        }
        assert!(two.scratch().is_empty());
    }
    assert!(cut > 5 && whole == 1, "{cut} {whole}");
    Ok(())
}

#[test]
fn a_copy_is_put_back_where_the_pins_file_turns_out_not_to_be_writable() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let before = format!("# {}\n{}", "x".repeat(20_000), two.file().unwrap_or_default());
    two.consumer.write("lockfiles/schemas.toml", &before)?;
    // The disk takes the copy and not the pins file.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 16; exec \"$0\" pins update orders", env!("CARGO_BIN_EXE_gate")]).current_dir(&two.consumer.tree);
    let (code, told) = said(&plain(&mut command).output()?);
    assert!(code == Some(3) && told.contains("`schemas/orders.json` is as it was"), "{code:?} {told}");
    assert_eq!((two.file(), two.copy().as_deref()), (Some(before), Some(V1)));
    Ok(())
}

#[test]
fn a_manifest_of_another_tool_is_shown_and_not_written() -> Result<(), Failed> {
    let two = Two::new()?;
    two.consumer.write(
        "pins.json",
        "{\"source_repo\": \"../producer\", \"artifacts\": [{\"path\": \"a.json\", \"source_path\": \"s/a.json\"}]}\n",
    )?;
    two.consumer.write("a.json", "{}")?;
    let (code, told) = two.pins(&["status", "--pins", "pins.json", "--format", "json"])?;
    assert!(code == Some(0) && told.contains("\"bytes\": \"not-pinned\""), "{told}");
    let (code, told) = two.pins(&["update", "--all", "--pins", "pins.json"])?;
    assert!(code == Some(2) && told.contains("another tool's manifest"), "{told}");
    Ok(())
}

#[test]
fn two_gates_do_not_work_on_pins_at_once() -> Result<(), Failed> {
    let two = Two::new()?;
    two.add()?;
    let mut child = waiting(&two)?;
    let (code, told) = two.pins(&["update", "orders"])?;
    assert!(code == Some(3) && told.contains("another `gate pins` is at work"), "{told}");
    send("-TERM", &child)?;
    assert_eq!(child.wait()?.code(), Some(143));
    Ok(())
}
