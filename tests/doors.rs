//! The reading door on the disk: what it gives, what it refuses, and that it never leaves the root.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use gate::world::disk::Disk;
use gate::world::{FileKind, LookError, Reading, RelPath, World, resolve};
use support::{Failed, Sandbox};

fn open(sandbox: &Sandbox) -> Result<Disk, Failed> {
    Ok(Disk::open(&sandbox.tree, None, Duration::from_secs(30))?)
}

#[test]
fn an_open_folder_gives_names_in_byte_order_and_their_bytes() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("d/b", "bb")?;
    sandbox.write("d/B", "B")?;
    sandbox.write("d/a/x", "")?;
    symlink("b", sandbox.tree.join("d/link"))?;
    let (world, mut seen) = (open(&sandbox)?, Vec::new());
    let folder = world.evidence().open(&RelPath::parse("d")?)?;
    for name in folder.names()? {
        let mut bytes = Vec::new();
        let mut sink = |chunk: &[u8]| bytes.extend_from_slice(chunk);
        let read = folder.stream(&name.raw, &mut [0; 1], &mut Reading { limit: 10, sink: &mut sink });
        seen.push((String::from_utf8(name.raw)?, name.kind, read.ok().map(|_| bytes)));
    }
    let names: Vec<(&str, FileKind, Option<&[u8]>)> = seen.iter().map(|(n, k, b)| (n.as_str(), *k, b.as_deref())).collect();
    assert_eq!(
        names,
        [
            ("B", FileKind::File, Some(&b"B"[..])),
            ("a", FileKind::Folder, None),
            ("b", FileKind::File, Some(&b"bb"[..])),
            ("link", FileKind::Symlink, None)
        ]
    );
    Ok(())
}

#[test]
fn a_read_has_a_limit() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a", "12345")?;
    let (world, mut bytes) = (open(&sandbox)?, Vec::new());
    assert_eq!(world.tree().read(&RelPath::parse("a")?, 4, &mut bytes), Err(LookError::TooLarge(4)));
    assert_eq!(world.tree().read(&RelPath::parse("a")?, 5, &mut bytes), Ok(()));
    assert_eq!(bytes, b"12345");
    // A file that grows past what its stat promised.
    assert_eq!(
        Disk::open("/proc/self".as_ref(), None, Duration::from_secs(1))?.tree().read(&RelPath::parse("status")?, 10, &mut bytes),
        Err(LookError::TooLarge(10))
    );
    Ok(())
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a", "12345")?;
    let world = open(&sandbox)?;
    let folder = world.tree().open(&RelPath::root())?;
    let mut grow = |_: &[u8]| drop(fs::write(sandbox.tree.join("a"), "1234567"));
    let read = folder.stream(b"a", &mut [0; 2], &mut Reading { limit: 10, sink: &mut grow });
    assert_eq!(read, Err(LookError::Changed));
    Ok(())
}

#[test]
fn no_link_is_followed_on_any_part_of_the_way() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    fs::create_dir(sandbox.around().join("outside"))?;
    fs::write(sandbox.around().join("outside/secret"), "s")?;
    symlink("../outside", sandbox.tree.join("out"))?;
    symlink("../outside/secret", sandbox.tree.join("file"))?;
    let (world, mut bytes) = (open(&sandbox)?, Vec::new());
    for (path, error) in [("out/secret", LookError::NotAFolder), ("file", LookError::IsLink)] {
        assert_eq!(world.tree().read(&RelPath::parse(path)?, 10, &mut bytes), Err(error), "{path}");
    }
    assert!(world.tree().open(&RelPath::parse("out")?).is_err());
    assert!(bytes.is_empty());
    Ok(())
}

#[test]
fn links_are_resolved_inside_the_root_only() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("a/b/file", "x")?;
    let link = |at: &str, to: &str| symlink(to, sandbox.tree.join(at));
    link("in", "a/./b")?;
    link("up", "../tree/a")?;
    link("absolute", "/etc")?;
    link("round", "trip")?;
    link("trip", "round")?;
    link("dangling", "a/nothing")?;
    link("a/back", "../in/file")?;
    let world = open(&sandbox)?;
    let resolved = |path: &str| resolve(world.tree(), &RelPath::parse(path).unwrap()).map(|p| p.to_string());
    assert_eq!(resolved("in/file"), Ok("a/b/file".to_owned()));
    assert_eq!(resolved("a/back"), Ok("a/b/file".to_owned()));
    assert_eq!(resolved("up/b/file"), Err(LookError::LeavesRoot("../tree/a".to_owned())));
    assert_eq!(resolved("absolute"), Err(LookError::LeavesRoot("/etc".to_owned())));
    assert_eq!(resolved("round"), Err(LookError::Cycle));
    assert_eq!(resolved("dangling"), Err(LookError::Dangling("a/nothing".to_owned())));
    assert_eq!(resolved("nothing"), Err(LookError::NotFound));
    Ok(())
}
