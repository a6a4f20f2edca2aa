//! The public samples of all formats, where `GATE_VECTORS` says that they are here: each is read with the packages it has, or refused with a line.

use std::fs;
use std::path::{Path, PathBuf};

use super::formats::{FORMATS, Reader, read_go, read_requirements};
use super::reading::Texts;
use crate::formats::fault::Fault;

/// The format that reads a folder of samples.
const FOLDERS: [(&str, &str); 14] = [
    ("bunlock", "bun"),
    ("composerlock", "composer"),
    ("gemfilelock", "bundler"),
    ("gomod", "go"),
    ("mixlock", "mix"),
    ("packagelockjson", "npm"),
    ("pdmlock", "pdm"),
    ("pipfilelock", "pipfile"),
    ("pnpmlock", "pnpm"),
    ("poetrylock", "poetry"),
    ("pylock", "pylock"),
    ("requirements", "requirements"),
    ("uvlock", "uv"),
    ("yarnlock", "yarn"),
];

/// Where the list of samples leaves the counting to the reader: what a program of another language counted.
const COUNTED: &[(&str, usize)] = &[
    ("bunlock/commits.json5", 18),
    ("bunlock/files.json5", 2),
    ("bunlock/nested-dependencies.json5", 9),
    ("bunlock/one-package.json5", 1),
    ("bunlock/peer-dependencies-explicit.json5", 2),
    ("bunlock/same-package-different-groups.json5", 2),
    ("bunlock/scoped-packages.json5", 1),
    ("gemfilelock/has-local-gem.lock", 30),
    ("gemfilelock/multiple-gems.lock", 6),
    ("gemfilelock/no-gems.lock", 0),
    ("gemfilelock/one-gem.lock", 1),
    ("gemfilelock/rubocop.lock", 10),
    ("gemfilelock/source-section-at-end.lock", 1),
    ("gomod/indirect-1.16.mod", 1),
    ("gomod/indirect-1.23.mod", 2),
    ("gomod/indirect-packages.mod", 5),
    ("gomod/one-package.mod", 1),
    ("gomod/replace-local.mod", 2),
    ("gomod/replace-no-version.mod", 2),
    ("gomod/replace-one.mod", 1),
    ("gomod/toolchain.mod", 1),
    ("mixlock/empty.lock", 0),
    ("mixlock/many.lock", 21),
    ("mixlock/two-packages.lock", 2),
    ("packagelockjson/alias.v2.json", 4),
    ("packagelockjson/commits.v1.json", 15),
    ("packagelockjson/empty.v1.json", 0),
    ("packagelockjson/files.v1.json", 2),
    ("packagelockjson/nested-dependencies-dup.v1.json", 73),
    ("packagelockjson/nested-dependencies.v1.json", 5),
    ("packagelockjson/one-package-dev.v2.json", 2),
    ("packagelockjson/one-package.v2.json", 2),
    ("packagelockjson/optional-package.v2.json", 3),
    ("packagelockjson/same-package-different-groups.v1.json", 7),
    ("packagelockjson/scoped-packages.v1.json", 2),
    ("packagelockjson/two-packages.v1.json", 2),
    ("packagelockjson/both/package-lock.json", 3),
    ("pnpmlock/commits.yaml", 5),
    ("pnpmlock/exotic.yaml", 9),
    ("pnpmlock/invalid-path.yaml", 2),
    ("pnpmlock/missing-packages.yaml", 0),
    ("pnpmlock/mixed-groups.v54.yaml", 3),
    ("pnpmlock/mixed-groups.v9.yaml", 3),
    ("pnpmlock/multiple-versions.v9.yaml", 3),
    ("pnpmlock/no-packages.v9.yaml", 0),
    ("pnpmlock/one-package-dev.yaml", 1),
    ("pnpmlock/one-package.v9.yaml", 1),
    ("pnpmlock/peer-dependencies-advanced-rc-v6.yaml", 5),
    ("pnpmlock/peer-dependencies-advanced.v9.yaml", 13),
    ("pnpmlock/peer-dependencies-v6.yaml", 5),
    ("pnpmlock/peer-dependencies.yaml", 2),
    ("pnpmlock/scoped-packages.v9.yaml", 1),
    ("pnpmlock/tarball.yaml", 1),
    ("requirements/env_var.txt", 3),
    ("requirements/extras.txt", 2),
    ("requirements/no_version.txt", 3),
    ("requirements/other-requirements.txt", 1),
    ("requirements/trailing_backslash.txt", 1),
    ("yarnlock/commits.v2.lock", 7),
    ("yarnlock/empty.v2.lock", 0),
    ("yarnlock/files.v1.lock", 6),
    ("yarnlock/metadata-only.v2.lock", 0),
    ("yarnlock/multiple-versions.v1.lock", 4),
    ("yarnlock/no-version.v1.lock", 1),
    ("yarnlock/one-package.v2.lock", 1),
    ("yarnlock/scoped-packages.v2.lock", 3),
    ("yarnlock/two-packages.v2.lock", 2),
    ("yarnlock/with-aliases.v2.lock", 4),
    ("yarnlock/with-build-string.v2.lock", 3),
    ("yarnlock/with-prerelease.v2.lock", 3),
    ("yarnlock/with-quotes.v2.lock", 2),
];

/// How many packages a sample has.
fn count(root: &Path, folder: &str, file: &str) -> Result<usize, Fault> {
    let name = FOLDERS.iter().find(|(known, _)| *known == folder).map(|(_, name)| *name).unwrap_or_else(|| panic!("{folder}"));
    let format = FORMATS.iter().find(|format| format.name == name).unwrap();
    let text = fs::read_to_string(root.join(file)).unwrap();
    match format.reader {
        Reader::Text(read) => read(&text).map(|lock| lock.packages.len()),
        Reader::Go => read_go(&text, "").map(|lock| lock.packages.len()).map_err(|(_, fault)| fault),
        Reader::Requirements => {
            let texts = Texts::default();
            let open = |path: &str| fs::read_to_string(root.join(path)).map(|text| texts.keep(text)).map_err(|error| error.to_string());
            let locks = read_requirements(file, &open).map_err(|(_, fault)| fault)?;
            Ok(locks.iter().find(|(path, _)| path == file).unwrap().1.packages.len())
        }
        Reader::Not(why) => panic!("{folder}: {why}"),
    }
}

/// The texts of all samples, with the format of each; none without `GATE_VECTORS`.
pub(super) fn texts() -> Vec<(&'static str, String)> {
    let Some(root) = std::env::var_os("GATE_VECTORS").map(|folder| PathBuf::from(folder).join("lockfiles")) else { return Vec::new() };
    let list = fs::read_to_string(root.join("expected.tsv")).unwrap();
    let rows = list.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| {
        let (_, name) = FOLDERS.iter().find(|(folder, _)| *folder == row[1]).unwrap();
        (*name, fs::read_to_string(root.join(row[0])).unwrap())
    })
    .collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "how many ran is to be seen")]
fn every_public_sample_is_read_with_its_packages_or_refused_with_a_line() {
    let Some(root) = std::env::var_os("GATE_VECTORS").map(|folder| PathBuf::from(folder).join("lockfiles")) else { return };
    let list = fs::read_to_string(root.join("expected.tsv")).unwrap();
    let (mut read, mut refused) = (0, 0);
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let [file, folder, expects] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        match (count(&root, folder, file), expects) {
            (Err(fault), "refused") => {
                let lines = fs::read_to_string(root.join(file)).unwrap().lines().count();
                assert!((1..=lines + 1).contains(&fault.line), "{file}: {fault}");
                refused += 1;
            }
            (Ok(packages), "read") => {
                let counted = COUNTED.iter().find(|(known, _)| *known == file).map(|(_, count)| *count);
                assert_eq!(Some(packages), counted, "{file}");
                read += 1;
            }
            (Ok(packages), number) if number == packages.to_string() => read += 1,
            (came, _) => panic!("{line}: {came:?}"),
        }
    }
    println!("GATE_VECTORS: {} lockfiles, {read} read with the expected count, {refused} refused with a line", read + refused);
}
