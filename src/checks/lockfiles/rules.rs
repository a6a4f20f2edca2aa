//! Every way in which a lockfile can fall short, or keep gate from telling.

use super::super::table::rules;

rules! { "lockfiles":
    NOT_PINNED = "not-pinned", Block, Wrong, "an entry names no one version",
        "A range, a branch, a bare name, an address without a digest: what is installed tomorrow may be something else. Make the lock with its \
         tool (`gate lock status` names the format), or write `==` and a version.";
    LOCAL_SOURCE = "local-source", Block, Wrong, "an entry comes from a path of one machine",
        "`file:///…`, an absolute path, or a path out of the project exists on the machine that made the lock. Publish the package, or name a \
         commit of its repository.";
    NO_INTEGRITY = "no-integrity", Warn, Wrong, "an entry has no digest, and the format has a place for it",
        "A version names a release; only a digest names its bytes. `pip-compile --generate-hashes`, `uv export`, or the ecosystem's own lock \
         write them. Raise it with `levels = { \"no-integrity\" = \"block\" }`.";
    MIXED_HASHES = "mixed-hashes", Block, Wrong, "some entries have digests, and others have none",
        "One digest turns pip's hash mode on, and then it refuses every entry without one: nothing can be installed from this. Lock anew with \
         `pip-compile --generate-hashes` or `uv pip compile --generate-hashes`.";
    WEAK_INTEGRITY = "weak-integrity", Warn, Wrong, "the only digest of an entry is md5 or sha1",
        "Two files with the same md5 or sha1 can be made. Lock anew with a tool that writes sha256 or better.";
    BAD_DIGEST = "bad-digest", Block, Wrong, "a digest is no digest",
        "It has not the length or the letters that its algorithm has, so nothing can match it: the line was cut or edited. Lock anew.";
    CONTRADICTION = "contradiction", Block, Wrong, "two entries cannot both be true",
        "One package with two versions, and no markers that prove that only one of them counts. Which one is installed depends on the tool.";
    DUPLICATE = "duplicate", Warn, Wrong, "an entry stands twice",
        "It says the same in both places today. One of them will be forgotten at the next update.";
    UNUSED_PATCH = "unused-patch", Warn, Wrong, "a patch is locked that nothing takes",
        "Cargo passes it over, so what is built is not what the patch was for: its version no longer fits what is asked for. Move its version, or take \
         the patch out of Cargo.toml.";
    INSECURE_INDEX = "insecure-index", Block, Wrong, "where packages come from is weakened",
        "A second index, a trusted host, `http://`, `--pre`: somebody else can decide what is installed. Use one index over https.";
    CREDENTIALS = "credentials", Block, Wrong, "an address holds credentials",
        "Whoever reads the repository has them. Revoke them, and take them from the environment or from the tool's own configuration.";
    OUT_OF_SYNC = "out-of-sync", Block, Wrong, "a lock is not of the manifest beside it",
        "The manifest was changed and the lock was not made anew, so that what is installed is not what is asked for, or the install fails. \
         Lock anew with the ecosystem's tool, and commit both together.";
    SYNC_UNKNOWN = "sync-unknown", Warn, CannotTell, "nobody can say without a network whether a lock is of its manifest",
        "The manifest is code, or asks for something that only the tool can work out. Let the tool compare them in CI: `npm ci`, \
         `poetry check --lock`, `uv lock --check`, `cargo metadata --locked`.";
    NO_LOCK = "no-lock", Block, Wrong, "a manifest asks for packages, and no lock is of it",
        "What is installed tomorrow may be something else, and nobody could say what was installed today. Make a lock with the ecosystem's tool and \
         commit it; leave a manifest out that nobody installs from (a template, a library's own tests) with `exclude`.";
    IGNORED = "ignored", Block, Wrong, "git leaves out the lock of a manifest that asks for packages",
        "A line of .gitignore keeps the lock on the machine that made it, so everybody else installs something of their own. Take the line out and commit \
         the lock.";
    EMPTY = "empty", Block, Wrong, "a lock holds nothing, and the manifest beside it asks for packages",
        "It was cut, or made from something else. Make it anew with its tool.";
    SEVERAL = "several", Warn, Wrong, "one folder has two lockfiles of one ecosystem",
        "Which of them is installed depends on the tool that somebody happens to use. Keep one.";
    NOT_USED = "not-used", Warn, Wrong, "CI installs without asking the lock",
        "The command completes the lock, makes it anew or does not read it: what is tested and shipped is then not what was committed and reviewed. Use the \
         command that refuses a lock which is not of its manifest: `npm ci`, `yarn install --immutable`, `pip install -r` of the lock itself, `uv sync --locked`, \
         `cargo build --locked`, `BUNDLE_FROZEN=true`, `terraform init -lockfile=readonly`. A workflow or Dockerfile that is meant so is left out with `exclude`.";
    UNAUDITABLE = "unauditable", Block, Wrong, "a lock is not written in text",
        "Nobody can read in a review what it changes. `bun install --save-text-lockfile` writes bun.lock.";
    OLD = "old", Warn, Wrong, "a lock has not changed for longer than `audit-after`",
        "Known holes in what it pins are found every week. Look them up, refresh the lock, or write down why not.";
    MANIFEST_NEWER = "manifest-newer", Note, Wrong, "a manifest changed after its lock, and nobody can compare them without its tool",
        "It need not matter: a comment or a description may have changed. Lock anew with the tool, and commit both together.";
    TOO_OLD = "too-old", Block, Wrong, "a lock has not changed for longer than `max-age`",
        "Refresh it with its tool, and commit it.";
    MALFORMED = "malformed", Block, CannotTell, "a lockfile is not what its name says",
        "It is cut off, lacks what one of its packages needs, holds a merge conflict, says something twice, or is of a version that gate does not know. \
         Make it anew with its tool.";
    HOLDS_NOTHING = "holds-nothing", Block, CannotTell, "a lock holds nothing, and no manifest beside it says that this is right",
        "It may be right, and it may have been cut after its head. Commit the manifest beside it, take the lock away, or leave it out with `exclude`.";
    UNREADABLE = "unreadable", Block, CannotTell, "a lockfile could not be read",
        "It is no UTF-8 text, too large, a link out of the tree, or may not be read.";
    AGE_UNKNOWN = "age-unknown", Block, CannotTell, "nobody can say how old a lock is, and `max-age` asks",
        "In a shallow clone every file seems to be as new as the last commit, which says nothing. Fetch the history: `fetch-depth: 0` for \
         actions/checkout, or `git fetch --unshallow`.";
    AUDIT_UNKNOWN = "audit-unknown", Warn, CannotTell, "nobody can say how old a lock is",
        "As `age-unknown`, where only `audit-after` asks.";
    USAGE_UNKNOWN = "usage-unknown", Warn, CannotTell, "nobody can say whether CI asks the lock",
        "A word or a variable of an install is only known when it runs, or the script, the workflow or the Dockerfile around it cannot be read (PowerShell, cmd, what \
         GitHub refuses). Write the option out, or leave the file out with `exclude`.";
    NO_MATCH = "no-match", Block, CannotTell, "a glob of `files` matches no lockfile",
        "The file was moved or renamed, or is not among the promoted files.";
    MANIFEST_UNREAD = "manifest-unread", Block, CannotTell, "a manifest has no lock beside it, and nobody can say whether it needs one",
        "It could not be read, or leaves its dependencies to the build. Commit a lock beside it, or leave the manifest out with `exclude`.";
    EXCLUDE_UNUSED = "exclude-unused", Note, Wrong, "an `exclude` glob leaves nothing out",
        "No lockfile, no manifest, no workflow and no Dockerfile matches it. Take it out of gate.toml, or mend it.";
    ODD_NAME = "odd-name", Block, CannotTell, "a file's name cannot be read",
        "It is not UTF-8 or holds a newline, so nobody can say whether it is a lockfile. Rename it.";
    NO_TREE = "no-tree", Block, CannotTell, "the promoted files could not be listed",
        "git did not answer.";
}
