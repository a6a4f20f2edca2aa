//! Pins files, good and bad.

use super::*;

const PIN: &str = "[[schema]]\nname = \"orders\"\nrepo = \"../producer\"\npath = \"schemas/orders.json\"\n";

fn faults(name: &str, text: &str) -> Vec<String> {
    let faults = Pins::read(name, text).expect_err(text);
    faults.into_iter().map(|f| format!("{}: {}{}", f.line, f.message, f.help.map(|h| format!(" | {h}")).unwrap_or_default())).collect()
}

fn at(value: &str, line: usize) -> At<String> {
    At { value: value.to_owned(), line }
}

#[test]
fn every_value_comes_with_its_line() {
    let text = format!(
        "# pins\n\n{PIN}version = \"1.4.0\"\nrole = 'reader'\ncompatibility = \"full-transitive\"\nfixtures = [\n  \"a/*.json\",\n  \"b.json\",\n]\n\n\
         [[alias]]\nold = \"a\"\nnew = \"b\"\nsince = \"1.4.0\"\nremove-after = 2027-01-31\n\n\
         [[accepted-break]]\nname = \"orders\"\nfrom = \"1.4.0\"\nto = \"2.0.0\"\nwho = \"Ada\"\nwhy = \"…\"\nboth-until = \"2027-01-31\"\n"
    );
    let pins = Pins::read("schemas.toml", &text).unwrap();
    let pin = &pins.pins[0];
    assert_eq!((pin.line, &pin.name, &pin.path), (3, &at("orders", 4), &at("schemas/orders.json", 6)));
    assert_eq!((pin.version.clone(), pin.fixtures.clone()), (Some(at("1.4.0", 7)), vec![at("a/*.json", 11), at("b.json", 12)]));
    assert_eq!(pin.must_keep().map(Compatibility::name), Some("full-transitive"));
    assert_eq!((pins.aliases[0].line, &pins.aliases[0].remove_after), (15, &at("2027-01-31", 19)));
    assert_eq!((pins.accepted[0].line, &pins.accepted[0].both_until), (21, &at("2027-01-31", 27)));
    assert_eq!(Pins::read("schemas.toml", &text.replace('\n', "\r\n")).unwrap(), pins);
}

#[test]
fn a_pin_may_lack_what_a_check_asks_for() {
    let pins = Pins::read("x.toml", PIN).unwrap();
    assert_eq!((&pins.pins[0].version, &pins.pins[0].commit, pins.pins[0].must_keep()), (&None, &None, None));
    assert_eq!(Pins::read("x.toml", ""), Ok(Pins::default()));
}

#[test]
fn unknown_words_are_told_with_the_one_that_was_meant() {
    let text = format!("{PIN}verison = \"1.0.0\"\nrole = \"raeder\"\nformat = \"xsd\"\n\n[[shema]]\n");
    assert_eq!(
        faults("x.toml", &text),
        [
            "5: unknown key `verison` | did you mean `version`?",
            "6: unknown `role` `raeder` | did you mean `reader`?",
            "7: unknown `format` `xsd` | known: `json-schema`, `openapi`, `protobuf`, `avro`",
            "9: unknown key `shema` | did you mean `schema`?",
        ]
    );
}

#[test]
fn every_fault_of_every_pin_is_told_at_its_line() {
    let text = "[[schema]]\nname = 5\nrepo = \"\"\nfixtures = \"a\"\naliases = [1]\n\n[[schema]]\nname = \"b\"\nversion = [1]\n";
    assert_eq!(
        faults("x.toml", text),
        [
            "1: `path` is missing",
            "2: `name` is a text, not a number",
            "3: `repo` is empty",
            "4: `fixtures` is a list of texts, not a text | write `fixtures = [\"…\"]`",
            "5: `aliases` is a list of texts, and this is a number",
            "7: `repo` is missing",
            "7: `path` is missing",
            "9: `version` is a text, not a list",
        ]
    );
    assert_eq!(faults("x.toml", "schema = 1\n"), ["1: `schema` is a list of tables | begin each entry with `[[schema]]`"]);
    assert_eq!(faults("x.toml", "[schema]\nname = 1\n"), ["1: `schema` is a list of tables | begin each entry with `[[schema]]`"]);
    assert_eq!(faults("x.toml", "[[alias]]\nold = \"a\"\n").len(), 3);
}

#[test]
fn a_compatibility_that_contradicts_the_role_is_refused() {
    let with = |role: &str, word: &str| format!("{PIN}role = \"{role}\"\ncompatibility = \"{word}\"\n");
    assert_eq!(
        faults("x.toml", &with("reader", "forward")),
        ["6: compatibility `forward` contradicts role `reader`: a reader goes on reading the documents of the old schema | write \
          `backward` or `full`, or leave `compatibility` out"]
    );
    for (role, word, good) in [
        ("reader", "backward-transitive", true),
        ("reader", "full", true),
        ("reader", "forward-transitive", false),
        ("writer", "backward", false),
        ("writer", "forward", true),
        ("both", "backward", false),
        ("both", "forward", false),
        ("both", "full-transitive", true),
    ] {
        assert_eq!(Pins::read("x.toml", &with(role, word)).is_ok(), good, "{role} {word}");
    }
}

#[test]
fn what_is_no_toml_or_a_merge_conflict_is_told_with_its_line() {
    assert!(faults("x.toml", &format!("{PIN}version = \n"))[0].starts_with("5: this is no TOML: "));
    assert!(faults("x.toml", &format!("{PIN}name = \"again\"\n"))[0].starts_with("5: this is no TOML: "));
    assert!(faults("x.toml", &format!("{PIN}<<<<<<< HEAD\n"))[0].starts_with("5: a conflict of a merge is left here"));
    assert!(!faults("x.toml", &"[".repeat(100_000)).is_empty());
    assert!(!faults("x.json", &"[".repeat(100_000)).is_empty());
}

#[test]
fn a_manifest_of_another_tool_is_read_with_what_it_has() {
    let text = r#"{
  "generated_by": "a tool",
  "source_repo": "https://example.org/p.git",
  "version": "1.4.0",
  "artifacts": [
    { "path": "a.json", "source_path": "s/a.json",
      "sha256": "9c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c1", "size": 5 },
    { "name": "b", "path": "b.json", "source_repo": "../q", "version": null, "ref": "main", "format": "json", "compatibility": "BACKWARD_TRANSITIVE" }
  ]
}"#;
    let pins = Pins::read("pins.json", text).unwrap();
    let [a, b] = pins.pins.as_slice() else { panic!("{pins:?}") };
    assert_eq!((&a.name, &a.repo, a.line), (&at("a.json", 6), &at("https://example.org/p.git", 3), 6));
    assert_eq!((a.version.clone(), a.sha256.as_ref().map(|s| s.line), &a.commit), (Some(at("1.4.0", 4)), Some(7), &None));
    assert_eq!((&b.name.value, &b.repo.value, b.version.clone()), (&"b".to_owned(), &"../q".to_owned(), Some(at("1.4.0", 4))));
    assert_eq!((b.tag.clone(), &b.commit, &b.format), (Some(at("main", 8)), &None, &None));
    assert_eq!(b.must_keep().map(Compatibility::name), Some("backward-transitive"));
}

#[test]
fn a_manifest_that_is_none_is_told_where() {
    assert!(faults("x.json", "{}")[0].starts_with("1: `artifacts` is missing"));
    assert!(faults("x.json", "[]")[0].starts_with("1: `artifacts` is missing"));
    assert!(faults("x.json", "{\"artifacts\": 1}")[0].starts_with("1: `artifacts` is a list, not a number"));
    assert!(faults("x.json", "{\"artifacts\": [1]}")[0].starts_with("1: an artifact is an object, not a number"));
    assert_eq!(faults("x.json", "{\"artifacts\": [\n{}]}"), ["2: `path` is missing", "2: `source_repo` is missing"]);
    assert!(faults("x.json", "{\"artifacts\": [], \"artifacts\": []}")[0].starts_with("1: this is no strict JSON: "));
    assert!(faults("x.json", "{\"artifacts\": [],}")[0].starts_with("1: this is no strict JSON: "));
}

#[test]
fn what_is_too_large_is_refused_and_faults_are_counted() {
    let many = "[[alias]]\n".repeat(30);
    let told = faults("x.toml", &many);
    assert_eq!((told.len(), told.last().map(String::as_str)), (TOLD + 1, Some("13: and 70 more")));
    assert_eq!(faults("x.toml", &PIN.repeat(MOST + 1)), ["1: it has 10001 entries; at most 10000 are read"]);
    assert_eq!(faults("x.toml", &" ".repeat(9 << 20)), ["1: it is larger than 8 MiB"]);
}

#[test]
fn no_bytes_make_it_panic_or_take_for_ever() {
    let begun = std::time::Instant::now();
    let dotted = format!("{}a = 1\n", "a.".repeat(100_000));
    let header = format!("[{}a]\n", "a.".repeat(100_000));
    let keys: String = (0..30_000).map(|n| format!("k{n} = 1\n")).collect();
    for text in [dotted, header, format!("[[schema]]\n{keys}"), keys, format!("x = {}1{}", "[".repeat(50_000), "]".repeat(50_000))] {
        assert!(Pins::read("x.toml", &text).is_err());
    }
    let members: String = (0..30_000).map(|n| format!("\"k{n}\": 1, ")).collect();
    for artifacts in ["{},".repeat(MOST), "{},".repeat(MOST * 10)] {
        let text = format!("{{{members}\"artifacts\": [{}]}}", artifacts.trim_end_matches(','));
        assert!(Pins::read("x.json", &text).is_err());
    }
    let texts = [
        format!("{PIN}role = 'reader'\n[[alias]]\nold = \"\u{e9}\\u00e9\"\n"),
        "{\"source_repo\": \"r\", \"artifacts\": [{\"path\": \"p\"}]}".to_owned(),
    ];
    for text in texts {
        for at in 0..text.len() {
            for byte in [b'"', b'[', b'\n', b'\\', 0, b'.', b'=', b'}', 0x7f] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = byte;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                for cut in [&text[..], text.get(..at).unwrap_or_default()] {
                    for name in ["x.toml", "x.json"] {
                        assert!(Pins::read(name, cut).map_or_else(|faults| !faults.is_empty(), |_| true));
                    }
                }
            }
        }
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_digest_is_a_sha256() {
    let hex = "9c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c1";
    assert_eq!(at(&format!("sha256:{}", hex.to_uppercase()), 1).sha256().as_deref(), Ok(hex));
    assert_eq!(at(hex, 1).sha256().as_deref(), Ok(hex));
    assert_eq!(at("md5:9c1f4e0277ab90c19c1f4e0277ab90c1", 1).sha256(), Err("it is md5".to_owned()));
    for text in ["TODO", &format!("dirHash1:{hex}"), "id:orders", &hex[1..]] {
        assert!(at(text, 1).sha256().is_err(), "{text}");
    }
}
