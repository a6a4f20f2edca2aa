//! Every way in which a pin of another repository's schema, or its move, can fall short.

use crate::checks::table::rules;

rules! { "schema-pins":
    NO_PINS = "no-pins", Block, Wrong, "there is no pins file",
        "Nobody wrote down which schemas of other repositories are held here. `gate pins add REPO PATH --version 1.4.0` writes the first entry; `pins` says where the \
         file is looked for.";
    PINS_UNREADABLE = "pins-unreadable", Block, CannotTell, "the pins file cannot be read",
        "It is no regular file, may not be read, is a link that leaves the root, is larger than 8 MiB, or is not UTF-8 text.";
    MALFORMED = "malformed", Block, CannotTell, "the pins file is not as it should be",
        "TOML with `[[schema]]`, `[[alias]]` and `[[accepted-break]]`, or a JSON manifest with `artifacts`. No key that is not \
         known, no value of another sort, no compatibility that contradicts the role.";
    PINS_UNTRACKED = "pins-untracked", Block, Wrong, "git does not track the pins file",
        "What is not tracked is not promoted, so the commit holds no pin. `git add` it.";
    NO_TREE = "no-tree", Block, CannotTell, "the promoted files could not be listed",
        "git did not answer, so that nobody knows what is promoted.";
    NO_VERSION = "no-version", Block, Wrong, "a pin has no version",
        "A commit alone does not say what its author promised. Pin a released version: `gate pins update NAME --version 1.4.0`.";
    BAD_VERSION = "bad-version", Block, Wrong, "the version of a pin is none",
        "Versions are semantic versions, as `1.4.0` or `2.0.0-rc.1`: three numbers, no leading `v`, no leading zeros, no range and no branch.";
    TAG_DISAGREES = "tag-disagrees", Block, Wrong, "the tag of a pin is of another version than the pin",
        "`tag` says which release the commit is, and `version` says another: one of the two was edited alone. `gate pins update NAME` writes both.";
    NO_COMMIT = "no-commit", Block, Wrong, "a pin has no commit",
        "A version is a word that can be given again; the commit says which files it was given to. `gate pins update NAME` writes it.";
    NOT_A_COMMIT = "not-a-commit", Block, Wrong, "the commit of a pin is a name that can move",
        "A branch, a tag or a shortened id is not a commit: what it names can be another tomorrow. Write all 40 (or 64) hexadecimal digits.";
    NO_DIGEST = "no-digest", Block, Wrong, "a pin has no digest of the file's bytes",
        "Without `sha256` nobody can say whether the file here is the one that was pinned.";
    BAD_DIGEST = "bad-digest", Block, Wrong, "a digest of a pin is none",
        "A digest is written as `sha256:` and 64 hexadecimal digits; a placeholder, another algorithm and the digest of nothing are none.";
    NO_CANONICAL = "no-canonical", Warn, Wrong, "a pin has no digest of the canonical form",
        "`canonical` is the SHA-256 of the form of RFC 8785; it tells an edit of white space from one of meaning. `gate pins update NAME` writes it.";
    NO_ROLE = "no-role", Block, Wrong, "a pin does not say whether this repository reads or writes its documents",
        "`role` decides what a move must keep: a `reader` reads old documents, a `writer` is read by holders of the old schema, `both` is both. No direction is \
         assumed.";
    NO_FORMAT = "no-format", Warn, Wrong, "a pin does not say what its file is",
        "`format` is `json-schema`, `openapi`, `protobuf` or `avro`. The file was taken for what it looks like.";
    UNKNOWN_FORMAT = "unknown-format", Block, CannotTell, "nobody knows what a pinned file is",
        "The pin does not say it, and the file does not show it: nothing but its bytes was compared. Write `format`.";
    FORMAT_DISAGREES = "format-disagrees", Block, Wrong, "a pinned file does not look like its format",
        "`format` says how a file is judged, and its name or its keys are those of another: what the file says was not looked at as what it is. Correct `format`.";
    NO_SOURCE = "no-source", Warn, Wrong, "a pin does not say where its file lies in the other repository",
        "Without `source-path` nobody can compare it with its source.";
    CREDENTIALS = "credentials", Block, Wrong, "the address of a repository holds what grants access",
        "A token, a password or a query in an address is read by everybody who reads the pins file. Take it back where it was given out, write the address without \
         it, and give git a credential helper.";
    DUPLICATE_NAME = "duplicate-name", Block, Wrong, "two pins have one name",
        "Commands, aliases, notes and accepted breaks call a pin by its name.";
    DUPLICATE_PATH = "duplicate-path", Block, Wrong, "two pins are of one file",
        "One file cannot be two versions, and the one entry would hide that the other is old.";
    OVERLAP = "overlap", Block, Wrong, "one schema is pinned at two versions",
        "Two pins have the same repository and source path: parts of this repository would hold to different promises. Where both versions are served for a while, \
         accept the break and serve both from one pin.";
    PATH_ESCAPE = "path-escape", Block, Wrong, "the path of a pin leaves the repository",
        "`path` is relative to the root and stays in it, links included; `source-path` likewise in its own repository. What lies outside is not promoted.";
    MISSING = "missing", Block, Wrong, "a pinned file is not there",
        "The pin promises a file that the commit does not have. `gate pins update NAME` fetches it.";
    UNREADABLE = "unreadable", Block, CannotTell, "a file cannot be read",
        "A pinned file or a migration note is no regular file, may not be read, is larger than 8 MiB, or is not UTF-8 text.";
    UNTRACKED = "untracked", Block, Wrong, "git does not track a pinned file",
        "It is on disk, and will not be in the commit that is promoted. `git add` it.";
    BYTES_DIFFER = "bytes-differ", Block, Wrong, "a pinned file is not the one that was pinned",
        "Its bytes do not have the pinned SHA-256: somebody edited the copy, or the pin moved without it. A copy is never edited here; change it at its source, and \
         move the pin.";
    CANONICAL_DIFFERS = "canonical-differs", Block, Wrong, "the canonical form of a pinned file is not the pinned one",
        "The bytes are those that were pinned and their meaning is not, so the entry contradicts itself. `gate pins update NAME` writes both digests.";
    NOT_JSON = "not-json", Block, CannotTell, "a pinned schema is no strict JSON",
        "A key that stands twice, a trailing comma, a number that readers round, or half of a surrogate pair: readers differ on what it says.";
    INVALID_SCHEMA = "invalid-schema", Block, Wrong, "a pinned schema is not valid",
        "It is not as the meta-schema of its draft asks.";
    PATTERN_UNREAD = "pattern-unread", Block, CannotTell, "a pattern of a pinned schema cannot be read",
        "It is no regular expression, or one that the engine here does not read (`[^]`, a reference to a named group) or that explodes; so nobody knows what is valid.";
    FOREIGN_PATTERN = "foreign-pattern", Note, CannotTell, "a pattern of a pinned schema is not of the language of JSON Schema",
        "Patterns of JSON Schema are of ECMA-262. gate's engine reads more than that; another validator refuses the pattern, or takes it for another one.";
    UNRESOLVED_REF = "unresolved-ref", Block, Wrong, "a `$ref` of a pinned schema leads nowhere",
        "It names a place that the file does not have, leads out of the file, or round in a circle. Nothing is ever fetched: pin a schema that is whole in itself.";
    UNSUPPORTED_DRAFT = "unsupported-draft", Block, CannotTell, "a pinned schema is of a draft that gate does not know",
        "gate knows draft-07 and 2020-12.";
    TOO_LARGE = "too-large", Block, CannotTell, "a pinned schema is larger or deeper than gate reads",
        "Its bytes were compared; what it says was not looked at.";
    VERSION_DISAGREES = "version-disagrees", Block, Wrong, "the version inside a pinned file is not that of the pin",
        "A whole version in `$id`, `version`, `schema_version`, `info.version` or the package of a protobuf file says another version than the pin. One of the two was not moved.";
    VERSION_UNLIKE = "version-unlike", Warn, Wrong, "a pinned file has something like a version, and it is another than the pin's",
        "A part of `$id` as `v2`, or a `const` of a property `version`, may be the version of an interface or a field of the documents; or one of the two was not moved.";
    VERSION_UNREAD = "version-unread", Warn, CannotTell, "nobody knows which version a pinned file states",
        "The file cannot be read as its format, or is written in Avro's IDL, which gate does not read. Its bytes were compared; pin the `.avsc` in its place.";
    NOT_VERIFIED = "not-verified", Note, CannotTell, "a pin was not compared with its source",
        "There is no local mirror of the other repository. `upstream` names one; `verify-upstream = true` asks for one.";
    VERIFICATION_REQUIRED = "verification-required", Block, CannotTell, "a pin was not compared with its source, and `verify-upstream` asks for it",
        "Name a local mirror (`upstream`) that has the commit. A check never fetches: let a step before it do so.";
    UPSTREAM_UNREAD = "upstream-unread", Block, CannotTell, "the mirror of a pin's repository does not answer",
        "It is no repository, may not be read, or does not have the commit of the pin: `git fetch` it there.";
    UPSTREAM_DIFFERS = "upstream-differs", Block, Wrong, "a pinned file is not what its source has at the pinned commit",
        "The bytes at `source-path` in the commit of the pin are others, or there is no such file: the pin was written by hand, or its commit is that of another \
         version.";
    TAG_MOVED = "tag-moved", Block, Wrong, "the tag of a pin leads to another commit than the pinned one",
        "Somebody moved the tag, or the pin's commit was edited. Ask who released it; then `gate pins update NAME`.";
    TAG_GONE = "tag-gone", Block, CannotTell, "the mirror of a pin's repository does not have the tag of the pin",
        "The tag was taken back, which an author does with a release that nobody is to use; or the mirror never fetched it: `git fetch --tags` there.";
    UNTAGGED = "untagged", Note, CannotTell, "no tag says that the pinned commit is the pinned version",
        "The tag of the pin is of no version, or the pin names none and its mirror has none of that version. The version is a word that somebody wrote.";
    NO_FIXTURE = "no-fixture", Block, CannotTell, "a glob of fixtures matches no promoted file",
        "Nothing was validated. Mend the glob, or take it out.";
    FIXTURE_MALFORMED = "fixture-malformed", Block, CannotTell, "a fixture cannot be read as strict JSON",
        "It is no regular file, is larger than 8 MiB, or is not one strict JSON value.";
    FIXTURE_INVALID = "fixture-invalid", Block, Wrong, "a fixture is not valid under its schema",
        "The documents that this repository reads or writes are not those that the pinned schema allows.";
    FIXTURE_UNDECIDED = "fixture-undecided", Block, CannotTell, "nobody knows whether a fixture is valid under its schema",
        "The validator gave it up: a pattern that may not end, or a value that is nested too deep. Make the pattern or the \
         document plainer. Or the pin is no JSON Schema: gate validates by no other, so take `fixtures` out and let another tool ask.";
    ALIAS_BOTH = "alias-both", Block, Wrong, "a document has an old and a new name with different values",
        "Both names mean one field, so nobody knows which value counts.";
    ALIAS_OLD_NAME = "alias-old-name", Block, Wrong, "a document that is written here uses an old name",
        "An alias is for reading. What a writer writes has the new name.";
    ALIAS_CAPTURES = "alias-captures", Block, Wrong, "an alias captures a name that means something else",
        "The old name is a field of the schema, or another alias gives it another meaning: a document that means the one would be read as the other.";
    ALIAS_UNKNOWN_FIELD = "alias-unknown-field", Block, Wrong, "the new name of an alias is no field of the schema",
        "The alias leads to a field that the pinned schema does not have.";
    ALIAS_CYCLE = "alias-cycle", Block, Wrong, "aliases lead round in a circle",
        "Each is the old name of the other, so none is a name.";
    ALIAS_SINCE = "alias-since", Block, Wrong, "the version of an alias is none, or is not reached",
        "`since` is the version that brought the new name; the pinned schema is an older one.";
    ALIAS_EXPIRED = "alias-expired", Block, Wrong, "an alias is still there after its date",
        "`remove-after` is over. Stop reading the old name and take the alias out, or agree on a later date.";
    ALIAS_UNLISTED = "alias-unlisted", Warn, Wrong, "no schema lists an alias",
        "It is in force for no document. List it under `aliases`, or take it out.";
    ALIAS_MISSING = "alias-missing", Block, Wrong, "a schema lists an alias that is not there",
        "There is no `[[alias]]` with this `old`.";
    ALIAS_UNDECIDED = "alias-undecided", Block, CannotTell, "nobody knows whether an alias fits its schema",
        "gate knows the fields of a JSON Schema alone, and the pin is of another format. Take `aliases` out of it.";
    BAD_DATE = "bad-date", Block, Wrong, "a date is none",
        "Dates are written as `2027-01-31`.";
    NO_BASE = "no-base", Block, CannotTell, "nobody knows what the pins were before",
        "The base is `base` (`--base`), else where HEAD left the branch that CI merges into, else the main branch; where HEAD is on it, what it was before the push that \
         CI runs for, else the parent of HEAD. It was not found, branches were merged crosswise, or the clone is shallow: fetch more of the history (`fetch-depth: 0`).";
    BASE_UNREAD = "base-unread", Block, CannotTell, "what was pinned before cannot be read",
        "The pins file or the schema at the base cannot be read, or is not what was pinned there, so nobody knows what the move changes.";
    REPUBLISHED = "republished", Block, Wrong, "a version was published again with other content",
        "The version is the one that was pinned, and its bytes or its commit are others. Whoever holds the old copy believes to have this one. Its author has to \
         release a new version.";
    DOWNGRADE = "downgrade", Block, Wrong, "a pin moved back to an earlier version",
        "Documents of the later version may be there already. Where that is meant, set this rule's level for one change.";
    REMOVED = "removed", Warn, Wrong, "a pin was taken out",
        "It was pinned at the base, and no entry of today shares its name, its file or its source. Where its schema is used still, nothing holds it any more.";
    WEAKENED = "weakened", Warn, Wrong, "an entry asks for less than before",
        "Its `role` or `compatibility` was others at the base, and what it asked for is not all asked for now. A move in the same range still keeps what was asked for; the next one \
         does not, so whoever reads or writes these documents has to know.";
    OTHER_SOURCE = "other-source", Warn, Wrong, "a pin is of another place than before",
        "Its `repo` or its `source-path` is another than at the base: whoever publishes there is believed from now on.";
    BUMP_TOO_SMALL = "bump-too-small", Block, Wrong, "the version moved less than the schema",
        "A change that breaks what the role needs asks for a new major version (before 1.0.0, a minor one), any other change of what is valid for a minor one, and a \
         change of words for a patch.";
    BREAKING = "breaking", Block, Wrong, "a pin moved and breaks what its role needs",
        "The witness is a document that the one schema accepts and the other refuses. Have it mended at its source, or write down that it is meant: `[[accepted-break]]` \
         with `name`, `from`, `to`, `who`, `why` and `both-until`.";
    UNDECIDED = "undecided", Block, CannotTell, "nobody knows whether a move breaks what its role needs",
        "A keyword differs that gate does not decide. Whoever has looked writes an `[[accepted-break]]` for the move.";
    NOT_COMPARED = "not-compared", Block, CannotTell, "the content of a moved pin was not compared",
        "gate compares JSON Schemas. Of OpenAPI, protobuf and Avro it knows bytes and versions; whoever has looked writes an `[[accepted-break]]` for the move.";
    HISTORY_UNREAD = "history-unread", Block, CannotTell, "the earlier versions of a pin are not known",
        "A transitive compatibility is held against every version that was ever pinned, and the history of the pins file could not be read to its beginning.";
    NO_NOTE = "no-note", Block, Wrong, "a pin moved, and no migration note says so",
        "A document that `notes` matches has to change in the same range, and to name the pin with its old and its new version. `gate pins diff NAME --format \
         markdown` drafts one.";
    BREAK_UNUSED = "break-unused", Warn, Wrong, "an accepted break is of no move",
        "It names a pin, a version or a move that is not there, or one that breaks nothing. Take it out: it would accept what nobody looked at.";
    BREAK_UNVERIFIED = "break-unverified", Warn, CannotTell, "nobody knows whether an accepted break is of a move",
        "It is of no move since the base, and the history of the pins file, in which an earlier one would be, could not be read to its beginning.";
    BREAK_OVER = "break-over", Warn, Wrong, "both versions need no longer be served",
        "`both-until` of an accepted break is over. Take out what serves the old version, and then the entry.";
}
