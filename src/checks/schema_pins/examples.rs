//! Small worlds and what is met in them. Now is the first moment of 1970; the mirror has its files at every commit but those that begin with `dead`,
//! and its tags lead to the commit of ones, unless a file there says that it has none.

use crate::check::{Example, Sample};

macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("examples/", $name))
    };
}

const HERE: &str = "lockfiles/schemas.toml";
const PATH: &str = "schemas/orders.json";
const PINS: &str = text!("pins-1.4.0.toml");
const ORDERS: &str = text!("orders-1.4.0.json");
const ALIASES: &str = text!("pins-aliases.toml");
const FIXTURES: &str = text!("pins-fixtures.toml");
const PINNED: (&str, Sample) = (HERE, Sample::Text(PINS));
const SCHEMA: (&str, Sample) = (PATH, Sample::Text(ORDERS));
/// What the producer's repository has.
const MIRROR: (&str, Sample) = ("mirror/producer/schemas/orders.json", Sample::Untracked(ORDERS));
/// In a mirror of which the tags were not fetched.
const NO_TAGS: (&str, Sample) = ("mirror/producer/no-tags", Sample::Untracked(""));

const fn of(shows: &'static str, files: &'static [(&'static str, Sample)], meets: &'static [&'static str]) -> Example {
    Example { shows, config: "", run: "", files, meets }
}

/// The usual schema and mirror, and a pins file in which something is replaced.
macro_rules! edited {
    ($text:expr, $edits:expr) => {
        &[(HERE, Sample::Altered($text, $edits)), SCHEMA, MIRROR]
    };
}

/// The usual pin, and a schema in which something is replaced.
macro_rules! copy {
    ($edits:expr) => {
        &[PINNED, (PATH, Sample::Altered(ORDERS, $edits)), MIRROR]
    };
}

/// Pins with fixtures, and one fixture.
macro_rules! fixture {
    ($pins:expr, $edits:expr, $fixture:expr) => {
        &[(HERE, Sample::Altered($pins, $edits)), SCHEMA, MIRROR, ("fixtures/a.json", Sample::Text($fixture))]
    };
}

pub(super) static PINS_FILE: &[Example] = &[
    of("a schema that is the one of its version", &[PINNED, SCHEMA, MIRROR], &[]),
    of("no pins file", &[SCHEMA], &["no-pins"]),
    of("a folder where the pins file should be", &[("lockfiles/schemas.toml/x", Sample::Text(""))], &["pins-unreadable"]),
    of("a key that nobody knows", edited!(PINS, &[("version", "verzion")]), &["malformed"]),
    of("a pins file that was not added", &[(HERE, Sample::Untracked(PINS)), SCHEMA, MIRROR], &["pins-untracked"]),
    of("git does not answer", &[PINNED, SCHEMA, ("", Sample::NoTree)], &["no-tree"]),
    of("a pin without a version", edited!(PINS, &[("version = \"1.4.0\"\n", "")]), &["no-version"]),
    of("a tag in the place of a version", edited!(PINS, &[("\"1.4.0\"", "\"v1.4.0\"")]), &["bad-version"]),
    of(
        "a pin without a commit",
        edited!(PINS, &[("commit = \"1111111111111111111111111111111111111111\"\n", "")]),
        &["no-commit", "not-verified"],
    ),
    of(
        "a pin to a branch",
        edited!(PINS, &[("\"1111111111111111111111111111111111111111\"", "\"main\"")]),
        &["not-a-commit", "not-verified"],
    ),
    of("a pin without a digest", edited!(PINS, &[("sha256 = \"sha256:", "# \"")]), &["no-digest"]),
    of("a pin without the digest of its meaning", edited!(PINS, &[("canonical = ", "# ")]), &["no-canonical"]),
    of("a placeholder in the place of a digest", edited!(PINS, &[("sha256 = \"sha256:", "sha256 = \"TODO:")]), &["bad-digest"]),
    of("a pin that does not say who reads", edited!(PINS, &[("role = \"reader\"\n", "")]), &["no-role"]),
    of("a pin that does not say what its file is", edited!(PINS, &[("format = \"json-schema\"\n", "")]), &["no-format"]),
    of(
        "a file that does not show what it is either",
        &[(HERE, Sample::Altered(PINS, &[("format = \"json-schema\"\n", "")])), (PATH, Sample::Text("[]")), MIRROR],
        &["unknown-format", "bytes-differ"],
    ),
    of(
        "a pin that does not say where its file comes from",
        edited!(PINS, &[("source-path = \"schemas/orders.json\"\n", "")]),
        &["no-source", "not-verified"],
    ),
    of(
        "one schema pinned twice",
        &[(HERE, Sample::Text(text!("pins-twins.toml"))), SCHEMA, MIRROR],
        &["duplicate-name", "duplicate-path", "overlap"],
    ),
    of("a token in an address", edited!(PINS, &[("https://", "https://ghp_x@")]), &["credentials"]),
    of("a path that leaves the repository", edited!(PINS, &[("\npath = \"schemas", "\npath = \"../schemas")]), &["path-escape"]),
];

pub(super) static FILES: &[Example] = &[
    of("a pinned file that was deleted", &[PINNED, MIRROR], &["missing"]),
    of("a pinned file that may not be read", &[PINNED, (PATH, Sample::Locked), MIRROR], &["unreadable"]),
    of("a pinned file that was not added", &[PINNED, (PATH, Sample::Untracked(ORDERS)), MIRROR], &["untracked"]),
    of("a copy that somebody edited", copy!(&[("\"string\"", "\"integer\"")]), &["bytes-differ"]),
    of(
        "a digest of another canonical form",
        edited!(PINS, &[("canonical = \"sha256:0", "canonical = \"sha256:1")]),
        &["canonical-differs"],
    ),
    of("a trailing comma", copy!(&[("false\n", "false,\n")]), &["bytes-differ", "not-json"]),
    of(
        "an address of an interface of another version",
        copy!(&[("\"type\": \"object\"", "\"$id\": \"https://example.org/api/v2/orders.json\", \"type\": \"object\"")]),
        &["bytes-differ", "version-unlike"],
    ),
    of(
        "a pattern that is no regular expression",
        copy!(&[("\"id\": { \"type\": \"string\" }", "\"id\": { \"pattern\": \"(\" }")]),
        &["bytes-differ", "pattern-unread"],
    ),
    of("a type that is none", copy!(&[("\"object\"", "\"order\"")]), &["bytes-differ", "invalid-schema"]),
    of(
        "a pattern of another language",
        copy!(&[("\"id\": { \"type\": \"string\" }", "\"id\": { \"pattern\": \"(?P<x>a)\" }")]),
        &["bytes-differ", "foreign-pattern"],
    ),
    of(
        "a reference to another file",
        copy!(&[("\"id\": { \"type\": \"string\" }", "\"id\": { \"$ref\": \"id.json\" }")]),
        &["bytes-differ", "unresolved-ref"],
    ),
    of(
        "a draft that is too old",
        copy!(&[("draft/2020-12/schema", "draft-04/schema#"), ("https://json", "http://json")]),
        &["bytes-differ", "unsupported-draft"],
    ),
    of(
        "a schema that is nested too deep",
        &[
            PINNED,
            (
                PATH,
                Sample::Text(
                    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                ),
            ),
            MIRROR,
        ],
        &["bytes-differ", "too-large"],
    ),
    of("a file of another version", copy!(&[("\"type\": \"object\"", "\"x-version\": \"1.5.0\"")]), &["bytes-differ", "version-disagrees"]),
    of("a format that the file is not of", edited!(PINS, &[("\"json-schema\"", "\"openapi\"")]), &["format-disagrees"]),
    of(
        "a file of Avro's IDL, with fixtures and aliases",
        &[
            (
                HERE,
                Sample::Altered(
                    ALIASES,
                    &[
                        ("\"json-schema\"", "\"avro\""),
                        ("path = \"schemas/orders.json\"", "path = \"schemas/orders.avdl\""),
                        ("canonical = ", "# "),
                    ],
                ),
            ),
            ("schemas/orders.avdl", Sample::Text("protocol Orders { record Order { string id; } }")),
            ("mirror/producer/schemas/orders.avdl", Sample::Untracked(ORDERS)),
        ],
        &["bytes-differ", "version-unread", "fixture-undecided", "alias-undecided"],
    ),
    of("a pin without a mirror", edited!(PINS, &[("upstream = \"mirror/producer\"\n", "")]), &["not-verified"]),
    Example {
        shows: "a pin without a mirror, where one is asked for",
        config: "verify-upstream = true",
        run: "",
        files: edited!(PINS, &[("upstream = \"mirror/producer\"\n", "")]),
        meets: &["verification-required"],
    },
    of("a mirror that is not there", &[PINNED, SCHEMA], &["upstream-unread"]),
    of(
        "a mirror that does not have the commit",
        edited!(PINS, &[("\"1111111111111111111111111111111111111111\"", "\"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef\"")]),
        &["upstream-unread"],
    ),
    of(
        "a commit whose file is another",
        &[PINNED, SCHEMA, ("mirror/producer/schemas/orders.json", Sample::Untracked(text!("orders-1.5.0.json")))],
        &["upstream-differs"],
    ),
    of(
        "a tag that was moved",
        edited!(PINS, &[("\"1111111111111111111111111111111111111111\"", "\"2222222222222222222222222222222222222222\"")]),
        &["tag-moved"],
    ),
    of("a version that was edited alone", edited!(PINS, &[("version = \"1.4.0\"", "version = \"2.0.0\"")]), &["tag-disagrees"]),
    of("a tag that says no version", edited!(PINS, &[("\"v1.4.0\"", "\"spring\"")]), &["untagged"]),
    of("a tag that the mirror does not have", &[PINNED, SCHEMA, MIRROR, NO_TAGS], &["tag-gone"]),
    of(
        "a pin that names no tag, and a mirror without tags",
        &[(HERE, Sample::Altered(PINS, &[("tag = \"v1.4.0\"\n", "")])), SCHEMA, MIRROR, NO_TAGS],
        &["untagged"],
    ),
    of("a pin that names no tag, and a mirror that has it", edited!(PINS, &[("tag = \"v1.4.0\"\n", "")]), &[]),
];

pub(super) static DOCUMENTS: &[Example] = &[
    of(
        "a pattern that does not end",
        &[
            (HERE, Sample::Text(FIXTURES)),
            (PATH, Sample::Altered(ORDERS, &[("{ \"type\": \"string\" }", "{ \"pattern\": \"^((a+)+)+(?!x)b$\" }")])),
            MIRROR,
            (
                "fixtures/a.json",
                Sample::Text("{ \"id\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!b\" }"),
            ),
        ],
        &["bytes-differ", "fixture-undecided"],
    ),
    of("a fixture that is valid", fixture!(FIXTURES, &[], "{ \"id\": \"7\" }"), &[]),
    of("a glob that matches nothing", fixture!(FIXTURES, &[("fixtures/*", "samples/*")], "{}"), &["no-fixture"]),
    of("a fixture that ends too early", fixture!(FIXTURES, &[], "{ \"id\":"), &["fixture-malformed"]),
    of("a fixture that the schema refuses", fixture!(FIXTURES, &[], "{ \"id\": 7 }"), &["fixture-invalid"]),
    of("a document with an old name, for a reader", fixture!(ALIASES, &[], "{ \"id\": \"7\", \"reason_code\": \"X\" }"), &[]),
    of(
        "a document with both names",
        fixture!(ALIASES, &[], "{ \"id\": \"7\", \"reason_code\": \"X\", \"failure_reason_code\": \"Y\" }"),
        &["alias-both"],
    ),
    of(
        "a document with an old name, of a writer",
        fixture!(ALIASES, &[("reader", "writer")], "{ \"id\": \"7\", \"reason_code\": \"X\" }"),
        &["alias-old-name"],
    ),
    of(
        "an alias of a field that is in use",
        fixture!(
            ALIASES,
            &[("reason_code\"]", "id\"]"), ("old = \"reason_code\"", "old = \"id\""), ("fixtures = [\"fixtures/*.json\"]\n", "")],
            "{}"
        ),
        &["alias-captures"],
    ),
    of(
        "an alias that leads to no field",
        fixture!(ALIASES, &[("new = \"failure_reason_code\"", "new = \"reason\"")], "{ \"id\": \"7\" }"),
        &["alias-unknown-field"],
    ),
    of(
        "an alias of itself",
        fixture!(ALIASES, &[("new = \"failure_reason_code\"", "new = \"reason_code\"")], "{ \"id\": \"7\" }"),
        &["alias-cycle"],
    ),
    of(
        "an alias of a version to come",
        fixture!(ALIASES, &[("since = \"1.4.0\"", "since = \"1.5.0\"")], "{ \"id\": \"7\" }"),
        &["alias-since"],
    ),
    of("an alias whose time is over", fixture!(ALIASES, &[("1970-06-30", "1969-06-30")], "{ \"id\": \"7\" }"), &["alias-expired"]),
    of("a date that is none", fixture!(ALIASES, &[("1970-06-30", "soon")], "{ \"id\": \"7\" }"), &["bad-date"]),
    of(
        "an alias that no schema lists",
        fixture!(ALIASES, &[("aliases = [\"reason_code\"]\n", "")], "{ \"id\": \"7\" }"),
        &["alias-unlisted"],
    ),
    of(
        "a list that names no alias",
        fixture!(ALIASES, &[("aliases = [\"reason_code\"]", "aliases = [\"reason_code\", \"cause\"]")], "{ \"id\": \"7\" }"),
        &["alias-missing"],
    ),
];

const NOTE: (&str, Sample) = ("docs/migrations/orders-1.5.0.md", Sample::Fresh("# `orders` 1.4.0 → 1.5.0\n\nOrders may have a `note`.\n"));
const NOTE_AGAIN: (&str, Sample) =
    ("docs/migrations/orders.md", Sample::Fresh("`orders` 1.4.0 was published again; 1.4.1 and 2.0.0 are like it.\n"));
const LATER: &str = text!("orders-1.5.0.json");
const MAJOR: &str = text!("orders-2.0.0.json");
const MIRROR_LATER: (&str, Sample) = ("mirror/producer/schemas/orders.json", Sample::Untracked(LATER));
const MIRROR_MAJOR: (&str, Sample) = ("mirror/producer/schemas/orders.json", Sample::Untracked(MAJOR));
const SCHEMA_LATER: (&str, Sample) = (PATH, Sample::Since(ORDERS, LATER));
const SCHEMA_MAJOR: (&str, Sample) = (PATH, Sample::Since(ORDERS, MAJOR));

pub(super) static MOVES: &[Example] = &[
    of(
        "a new field, a minor version, and a note",
        &[(HERE, Sample::Since(PINS, text!("pins-1.5.0.toml"))), SCHEMA_LATER, MIRROR_LATER, NOTE],
        &[],
    ),
    of("a pin that is new", &[(HERE, Sample::Fresh(PINS)), (PATH, Sample::Fresh(ORDERS)), MIRROR], &[]),
    Example {
        shows: "a base that is no revision",
        config: "base = \"--all\"",
        run: "",
        files: &[PINNED, SCHEMA, MIRROR],
        meets: &["no-base"],
    },
    of("a pins file that was malformed before", &[(HERE, Sample::Since("[[schema]\n", PINS)), SCHEMA, MIRROR], &["base-unread"]),
    of(
        "an entry that asks for less, of another repository",
        &[(HERE, Sample::Since(PINS, text!("pins-elsewhere.toml"))), SCHEMA, MIRROR],
        &["weakened", "other-source"],
    ),
    of("a pin that was taken out", &[(HERE, Sample::Since(text!("pins-two.toml"), PINS)), SCHEMA, MIRROR], &["removed"]),
    of(
        "a version that was published again",
        &[(HERE, Sample::Since(PINS, text!("pins-1.4.0-again.toml"))), SCHEMA_LATER, MIRROR_LATER, NOTE_AGAIN],
        &["republished"],
    ),
    of(
        "a pin that moved back",
        &[(HERE, Sample::Since(text!("pins-1.5.0.toml"), PINS)), (PATH, Sample::Since(LATER, ORDERS)), MIRROR, NOTE],
        &["downgrade", "breaking"],
    ),
    of(
        "a new field in a patch",
        &[(HERE, Sample::Since(PINS, text!("pins-1.4.1.toml"))), SCHEMA_LATER, MIRROR_LATER, NOTE_AGAIN],
        &["bump-too-small"],
    ),
    of(
        "a field that readers must have now",
        &[(HERE, Sample::Since(PINS, text!("pins-2.0.0.toml"))), SCHEMA_MAJOR, MIRROR_MAJOR, NOTE_AGAIN],
        &["breaking"],
    ),
    of(
        "the same, and somebody accepted it",
        &[(HERE, Sample::Since(PINS, text!("pins-accepted.toml"))), SCHEMA_MAJOR, MIRROR_MAJOR, NOTE_AGAIN],
        &[],
    ),
    of(
        "a pattern that is not decided",
        &[
            (HERE, Sample::Since(text!("pins-odd-1.toml"), text!("pins-odd-2.toml"))),
            (PATH, Sample::Since(text!("orders-odd-1.json"), text!("orders-odd-2.json"))),
            ("mirror/producer/schemas/orders.json", Sample::Untracked(text!("orders-odd-2.json"))),
            NOTE,
        ],
        &["undecided"],
    ),
    of(
        "a protobuf file that moved",
        &[
            (HERE, Sample::Since(text!("pins-proto-1.toml"), text!("pins-proto-2.toml"))),
            ("schemas/orders.proto", Sample::Since(text!("orders-1.proto"), text!("orders-2.proto"))),
            ("mirror/producer/orders.proto", Sample::Untracked(text!("orders-2.proto"))),
            NOTE,
        ],
        &["not-compared"],
    ),
    of(
        "a compatibility with all earlier versions, in a shallow clone",
        &[
            (HERE, Sample::Since(PINS, text!("pins-transitive.toml"))),
            SCHEMA_LATER,
            MIRROR_LATER,
            NOTE,
            (".git/shallow", Sample::Untracked("4444444444444444444444444444444444444444\n")),
        ],
        &["history-unread"],
    ),
    of(
        "a move that no note speaks of",
        &[
            (HERE, Sample::Since(PINS, text!("pins-1.5.0.toml"))),
            SCHEMA_LATER,
            MIRROR_LATER,
            ("docs/migrations/x.md", Sample::Fresh("orders 1.5.0")),
        ],
        &["no-note"],
    ),
    of(
        "an accepted break of a version to come",
        &[
            (HERE, Sample::Altered(text!("pins-accepted.toml"), &[("to = \"2.0.0\"", "to = \"3.0.0\"")])),
            (PATH, Sample::Text(MAJOR)),
            MIRROR_MAJOR,
        ],
        &["break-unused"],
    ),
    of(
        "an accepted break of a move that never was",
        &[
            (HERE, Sample::Altered(text!("pins-accepted.toml"), &[("from = \"1.4.0\"", "from = \"1.3.0\"")])),
            (PATH, Sample::Text(MAJOR)),
            MIRROR_MAJOR,
        ],
        &["break-unused"],
    ),
    of(
        "an accepted break of an earlier move, in a shallow clone",
        &[
            (HERE, Sample::Text(text!("pins-accepted.toml"))),
            (PATH, Sample::Text(MAJOR)),
            MIRROR_MAJOR,
            (".git/shallow", Sample::Untracked("4444444444444444444444444444444444444444\n")),
        ],
        &["break-unverified"],
    ),
    of(
        "an accepted break whose time is over",
        &[(HERE, Sample::Altered(text!("pins-accepted.toml"), &[("1970-06-30", "1969-06-30")])), (PATH, Sample::Text(MAJOR)), MIRROR_MAJOR],
        &["break-over"],
    ),
];
