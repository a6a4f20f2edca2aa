//! One small lock of every format, and what strangers may make of it: cut off, merged halfway, doubled, of another version, too deep, mutated.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::formats::{FORMATS, Reader, read_go, read_requirements};
use crate::formats::fault::Fault;

/// The packages `bar` and `foo`, as each format locks them.
const SAMPLES: [(&str, &str); 19] = [
    ("requirements", include_str!("samples/requirements")),
    ("pylock", include_str!("samples/pylock")),
    ("uv", include_str!("samples/uv")),
    ("poetry", include_str!("samples/poetry")),
    ("pdm", include_str!("samples/pdm")),
    ("pipfile", include_str!("samples/pipfile")),
    ("cargo", include_str!("samples/cargo")),
    ("npm", include_str!("samples/npm")),
    ("yarn", include_str!("samples/yarn")),
    ("yarn", include_str!("samples/berry")),
    ("pnpm", include_str!("samples/pnpm")),
    ("bun", include_str!("samples/bun")),
    ("go", include_str!("samples/go")),
    ("go.sum", include_str!("samples/gosum")),
    ("bundler", include_str!("samples/bundler")),
    ("composer", include_str!("samples/composer")),
    ("mix", include_str!("samples/mix")),
    ("flake", include_str!("samples/flake")),
    ("terraform", include_str!("samples/terraform")),
];

/// What was read of a lock.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    /// Name, version and line of each package.
    packages: Vec<(String, Option<String>, usize)>,
    remarks: usize,
}

fn read(name: &str, text: &str) -> Result<Came, Fault> {
    let format = FORMATS.iter().find(|format| format.name == name).unwrap();
    let came = |lock: &crate::formats::lockfiles::Lock<'_>| Came {
        packages: lock
            .packages
            .iter()
            .map(|package| (package.name.to_string(), package.version.as_ref().map(ToString::to_string), package.line))
            .collect(),
        remarks: lock.remarks.len(),
    };
    match format.reader {
        Reader::Text(reader) => reader(text).map(|lock| came(&lock)),
        Reader::Go => read_go(text, "").map(|lock| came(&lock)).map_err(|(_, fault)| fault),
        Reader::Requirements => {
            let open = |path: &str| if path == "x.txt" { Ok(text) } else { Err("is not there".to_owned()) };
            read_requirements("x.txt", &open).map(|locks| came(&locks[0].1)).map_err(|(_, fault)| fault)
        }
        Reader::Not(why) => panic!("{name} {why}"),
    }
}

/// How many lines there are at most: YAML ends one at a carriage return alone, too.
fn lines(text: &str) -> usize {
    text.split(['\n', '\r']).count()
}

#[test]
fn a_lock_is_the_same_with_other_line_ends_and_with_a_byte_order_mark() {
    for (name, text) in SAMPLES {
        let plain = read(name, text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let names: Vec<(&str, Option<&str>)> =
            plain.packages.iter().map(|(name, version, _)| (name.as_str(), version.as_deref())).collect();
        assert_eq!(names.len(), 2, "{name}: {names:?}");
        assert!(names.iter().all(|(name, _)| name.ends_with("bar") || name.ends_with("foo")), "{name}: {names:?}");
        assert_eq!(plain.remarks, 0, "{name}");
        assert_eq!(read(name, &text.replace('\n', "\r\n")).as_ref(), Ok(&plain), "{name}");
        // A tool that refuses the mark may be followed.
        assert!(read(name, &format!("\u{feff}{text}")).map_or(true, |came| came == plain), "{name}");
    }
}

#[test]
fn what_is_no_lock_is_refused_with_a_line() {
    let deep = |open: &str| open.repeat(100_000);
    for (name, text) in SAMPLES {
        let middle = text.lines().nth(lines(text) / 2).unwrap();
        let merged = text.replacen(middle, &format!("<<<<<<< HEAD\n{middle}\n=======\n{middle}\n>>>>>>> other"), 1);
        let zero = text.replacen("bar", "b\0r", 1);
        let page = "<!DOCTYPE html>\n<html><body>404</body></html>\n";
        let bad =
            [merged.as_str(), &zero, page, &deep("["), &deep("{"), &deep("a = ["), &deep("a: {"), &deep("- "), &deep("  "), "\u{feff}"];
        for bad in bad {
            match read(name, bad) {
                Err(fault) => assert!((1..=lines(bad)).contains(&fault.line), "{name}: {fault}"),
                // What cannot be understood in a requirements file leaves the rest to be read, and is told.
                Ok(came) => assert!(
                    came.remarks > 0 || came.packages.iter().any(|package| package.1.is_none()),
                    "{name}: {}",
                    bad.chars().take(40).collect::<String>()
                ),
            }
        }
    }
}

#[test]
fn a_lock_that_was_cut_off_never_loses_what_stands_in_it() {
    for (name, text) in SAMPLES {
        let whole = read(name, text).unwrap();
        for at in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let cut = &text[..at];
            let Ok(came) = read(name, cut) else { continue };
            // A package that begins on a line that is whole in what is left.
            let begun = whole.packages.iter().filter(|(_, _, line)| *line < lines(cut));
            let lost: Vec<_> = begun.filter(|(name, _, _)| !came.packages.iter().any(|(other, _, _)| other == name)).collect();
            assert!(lost.is_empty(), "{name}: {lost:?} lost in {cut:?}");
            assert!(
                !matches!(name, "npm" | "pipfile" | "composer" | "flake" | "bun") || cut.trim_end() == text.trim_end(),
                "{name}: {cut:?}"
            );
        }
    }
}

#[test]
fn what_is_said_twice_of_a_package_is_not_passed_over() {
    for (name, text) in SAMPLES {
        let says = |line: &&str| line.contains("version") && line.contains("2.0") || line.starts_with("bar==") || line.contains("bar v2");
        let Some(line) = text.lines().find(says) else {
            assert!(matches!(name, "bundler" | "mix" | "flake" | "bun" | "terraform" | "go" | "go.sum"), "{name}");
            continue;
        };
        let doubled = text.replacen(line, &format!("{}\n{line}", line.trim_end_matches('\\')), 1);
        assert!(read(name, &doubled).map_or(true, |came| came.remarks > 0), "{name}: {line}");
    }
}

#[test]
fn a_version_of_the_format_that_is_not_known_is_refused() {
    for (name, old, new) in [
        ("pylock", "lock-version = \"1.0\"", "lock-version = \"9.0\""),
        ("uv", "version = 1\n", "version = 99\n"),
        ("poetry", "lock-version = \"2.1\"", "lock-version = \"99.0\""),
        ("pdm", "lock_version = \"4.5.0\"", "lock_version = \"99.0.0\""),
        ("pipfile", "\"pipfile-spec\": 6", "\"pipfile-spec\": 99"),
        ("cargo", "version = 4", "version = 99"),
        ("npm", "\"lockfileVersion\": 3", "\"lockfileVersion\": 99"),
        ("yarn", "# yarn lockfile v1", "# yarn lockfile v99"),
        ("pnpm", "lockfileVersion: '9.0'", "lockfileVersion: '99.0'"),
        ("bun", "\"lockfileVersion\": 1", "\"lockfileVersion\": 99"),
        ("flake", "\"version\": 7", "\"version\": 99"),
    ] {
        let (_, text) = SAMPLES.iter().find(|(known, text)| *known == name && text.contains(old)).unwrap_or_else(|| panic!("{name}"));
        let fault = read(name, &text.replacen(old, new, 1)).err().unwrap_or_else(|| panic!("{name} was read"));
        let line = text[..text.find(old).unwrap()].split('\n').count();
        assert!(fault.line == line || fault.line == 1, "{name}: {fault}");
    }
}

/// One edit of a text, as somebody's editor, merge or disk may do it.
#[derive(Clone, Debug)]
enum Edit {
    Cut,
    Drop(usize),
    Insert(&'static str),
    DoubleLine,
    DropLine,
}

const PIECES: [&str; 26] = [
    "\"", "'", "\\", "\n", "\r", " ", "\t", ":", "=", "==", ",", "{", "}", "[", "]", "(", ")", "#", "@", "/", "é", "\u{feff}", "\0", "-",
    "&a ", "*a",
];

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, Edit)>> {
    let edit = prop_oneof![
        1 => Just(Edit::Cut),
        2 => (1usize..40).prop_map(Edit::Drop),
        6 => prop::sample::select(&PIECES[..]).prop_map(Edit::Insert),
        2 => Just(Edit::DoubleLine),
        2 => Just(Edit::DropLine),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), edit), 1..6)
}

fn edited(text: &str, edits: &[(prop::sample::Index, Edit)]) -> String {
    let mut text = text.to_owned();
    for (at, edit) in edits {
        let mut at = at.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
        let end = text[at..].find('\n').map_or(text.len(), |line| at + line + 1);
        match edit {
            Edit::Cut => text.truncate(at),
            Edit::Drop(count) => text = text[..at].to_owned() + &text[at..].chars().skip(*count).collect::<String>(),
            Edit::Insert(piece) => text.insert_str(at, piece),
            Edit::DoubleLine => text = format!("{}{}{}", &text[..end], &text[start..end], &text[end..]),
            Edit::DropLine => text.replace_range(start..end, ""),
        }
    }
    text
}

/// The samples, and those that `GATE_VECTORS` names.
static CORPUS: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let own = SAMPLES.iter().map(|(name, text)| (*name, (*text).to_owned()));
    own.chain(super::samples_test::texts()).collect()
});

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_reader_panic_or_name_a_line_that_is_not_there(which in any::<prop::sample::Index>(), edits in edits()) {
        let (name, text) = which.get(&CORPUS);
        let text = edited(text, &edits);
        match read(name, &text) {
            Ok(came) => prop_assert!(came.packages.iter().all(|(_, _, line)| (1..=lines(&text)).contains(line)), "{name}: {came:?}"),
            Err(fault) => prop_assert!((1..=lines(&text)).contains(&fault.line), "{name}: {fault} in {text:?}"),
        }
    }
}

/// `GATE_FUZZ=n` sets how many texts are tried; `ci/fuzz` tries many.
fn cases() -> u32 {
    std::env::var("GATE_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
}
