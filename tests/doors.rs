//! The reading door on the disk: what it gives, what it refuses, and that it never leaves the root.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use gate::world::disk::Disk;
use gate::world::{FileKind, LookError, RelPath, World, resolve};
use support::{Failed, Sandbox};

fn open(sandbox: &Sandbox) -> Result<Disk, Failed> {
    Ok(Disk::open(&sandbox.tree, None, Duration::from_secs(30))?)
}

#[test]
fn a_visit_gives_names_in_byte_order_with_stat_and_bytes() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("d/b", "bb")?;
    sandbox.write("d/B", "B")?;
    sandbox.write("d/a/x", "")?;
    symlink("b", sandbox.tree.join("d/link"))?;
    let (world, mut seen) = (open(&sandbox)?, Vec::new());
    world.evidence().visit(&RelPath::parse("d")?, &mut |entry| {
        let mut bytes = Vec::new();
        let read = entry.stream(&mut [0; 1], 10, &mut |chunk| bytes.extend_from_slice(chunk));
        seen.push((String::from_utf8_lossy(entry.name()).into_owned(), entry.stat().kind, read.ok().map(|_| bytes)));
        Ok(())
    })?;
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
    assert!(world.tree().visit(&RelPath::parse("out")?, &mut |_| Ok(())).is_err());
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
