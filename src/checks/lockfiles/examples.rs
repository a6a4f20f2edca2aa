//! The examples of kind `lockfiles`: in its documentation, and run as tests.

use crate::check::{Example, Sample};

/// So many days before the moment of judgement.
const fn days_ago(days: i64) -> i64 {
    -days * 24 * 60 * 60
}

const fn fresh(text: &'static str) -> Sample {
    Sample::ChangedAt(text, days_ago(3))
}

const fn one(shows: &'static str, file: &'static [(&'static str, Sample)], meets: &'static [&'static str]) -> Example {
    Example { shows, config: "", run: "", files: file, meets }
}

const HASHED: &str = "requests==2.32.3 \\\n    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";

const MANIFEST: &str = "{\"name\":\"x\",\"dependencies\":{\"ms\":\"^2.1.3\"}}";
const LOCK: &str = "{\"name\":\"x\",\"lockfileVersion\":3,\"requires\":true,\"packages\":{\n\"\":{\"name\":\"x\",\"dependencies\":{\"ms\":\"^2.1.3\"}},\n\
    \"node_modules/ms\":{\"version\":\"2.1.3\",\"resolved\":\"https://npm.example/ms/-/ms-2.1.3.tgz\",\n\
    \"integrity\":\"sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\"}}}\n";

const WORKFLOW: &str = ".github/workflows/ci.yml";
const CI: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: RUN\n";

pub(super) const EXAMPLES: &[Example] = &[
    one("every entry is one release, with its digest", &[("requirements.lock", fresh(HASHED))], &[]),
    one("a range", &[("requirements.txt", fresh("requests>=2.31\n"))], &["not-pinned"]),
    one("a path of one laptop", &[("requirements.txt", fresh("-e /home/ada/bot\n"))], &["local-source"]),
    one("a release without its digest", &[("requirements.txt", fresh("requests==2.32.3\n"))], &["no-integrity"]),
    one(
        "a digest for one release, and none for another",
        &[("requirements.txt", fresh("a==1 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb==2\n"))],
        &["mixed-hashes", "no-integrity"],
    ),
    one("a folder of packages on one laptop", &[("requirements.txt", fresh("--find-links /home/ada/wheels\n"))], &["local-source"]),
    one("md5 alone", &[("requirements.txt", fresh("requests==2.32.3 --hash=md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"))], &["weak-integrity"]),
    one("a digest that was cut", &[("requirements.txt", fresh("requests==2.32.3 --hash=sha256:aaaa\n"))], &["bad-digest", "no-integrity"]),
    one("two versions of one package", &[("requirements.txt", fresh("a==1\nA==2\n"))], &["contradiction", "no-integrity"]),
    one(
        "two versions, and markers of which only one holds",
        &[("requirements.txt", fresh("a==1 ; python_version < '3.9'\na==2 ; python_version >= '3.9'\n"))],
        &["no-integrity"],
    ),
    one("the same entry twice", &[("requirements.txt", fresh("a==1\na==1\n"))], &["duplicate", "no-integrity"]),
    one(
        "a patch whose version nothing asks for",
        &[(
            "Cargo.lock",
            fresh("version = 4\n\n[[package]]\nname = \"x\"\nversion = \"0.1.0\"\n\n[[patch.unused]]\nname = \"a\"\nversion = \"2.0.0\"\n"),
        )],
        &["unused-patch"],
    ),
    one("a second index", &[("requirements.txt", fresh("--extra-index-url https://pypi.example/simple\n"))], &["insecure-index"]),
    one(
        "a password in the address of an index",
        &[("requirements.txt", fresh("--index-url https://ada:secret@pypi.example/simple\n"))],
        &["credentials"],
    ),
    one("an option that pip does not know", &[("requirements.txt", fresh("--what\n"))], &["malformed"]),
    one("a file that includes one that is not there", &[("requirements.txt", fresh("-r other.txt\n"))], &["malformed"]),
    one("a lock that may not be read", &[("requirements.txt", Sample::Locked)], &["audit-unknown", "unreadable"]),
    one(
        "a lock beside the manifest that it was made from",
        &[("package.json", Sample::Text(MANIFEST)), ("package-lock.json", fresh(LOCK))],
        &[],
    ),
    one(
        "a manifest that was changed after the lock",
        &[
            ("package.json", Sample::Text("{\"name\":\"x\",\"dependencies\":{\"ms\":\"^2.1.3\",\"left-pad\":\"^1.3.0\"}}")),
            ("package-lock.json", fresh(LOCK)),
        ],
        &["out-of-sync"],
    ),
    one(
        "a manifest that is code",
        &[("mix.exs", Sample::Text("defmodule X do\nend\n")), ("mix.lock", fresh("%{\n}\n"))],
        &["sync-unknown"],
    ),
    one(
        "two locks of one ecosystem",
        &[("package.json", Sample::Text(MANIFEST)), ("package-lock.json", fresh(LOCK)), ("bun.lockb", fresh(""))],
        &["several", "unauditable"],
    ),
    one("a manifest that asks for packages, and no lock", &[("package.json", Sample::Text(MANIFEST))], &["no-lock"]),
    one(
        "a manifest that asks for nothing needs no lock",
        &[("requirements.lock", fresh(HASHED)), ("tool/pyproject.toml", Sample::Text("[tool.x]\n"))],
        &[],
    ),
    one(
        "a lock that git leaves out",
        &[(".gitignore", Sample::Text("*.json\n")), ("package.json", Sample::Text(MANIFEST)), ("package-lock.json", Sample::Ignored(LOCK))],
        &["ignored"],
    ),
    one(
        "a lock that holds nothing",
        &[("package.json", Sample::Text(MANIFEST)), ("package-lock.json", fresh("{\"lockfileVersion\":3,\"packages\":{}}\n"))],
        &["empty"],
    ),
    one(
        "a manifest that leaves its dependencies to the build",
        &[("pyproject.toml", Sample::Text("[project]\ndynamic = [\"dependencies\"]\n"))],
        &["manifest-unread"],
    ),
    Example {
        shows: "a glob that leaves nothing out",
        config: "exclude = [\"examples/**\"]",
        run: "",
        files: &[("requirements.lock", fresh(HASHED))],
        meets: &["exclude-unused"],
    },
    one(
        "a manifest that nobody can compare, changed a day after the lock",
        &[("mix.exs", Sample::ChangedAt("defmodule X do\nend\n", days_ago(2))), ("mix.lock", fresh("%{\n}\n"))],
        &["sync-unknown", "manifest-newer"],
    ),
    one("a lock that ends after its head", &[("requirements.lock", fresh("# made by pip-compile\n"))], &["holds-nothing"]),
    one(
        "a workflow that installs as the lock says",
        &[
            ("package.json", Sample::Text(MANIFEST)),
            ("package-lock.json", fresh(LOCK)),
            (WORKFLOW, Sample::Altered(CI, &[("RUN", "npm ci")])),
        ],
        &[],
    ),
    one(
        "a workflow that may install something else than the lock says",
        &[
            ("package.json", Sample::Text(MANIFEST)),
            ("package-lock.json", fresh(LOCK)),
            (WORKFLOW, Sample::Altered(CI, &[("RUN", "npm install")])),
        ],
        &["not-used"],
    ),
    one(
        "an image that is built past the lock",
        &[
            ("package.json", Sample::Text(MANIFEST)),
            ("package-lock.json", fresh(LOCK)),
            ("Dockerfile", Sample::Text("FROM node\nCOPY . .\nRUN npm install --omit=dev\n")),
        ],
        &["not-used"],
    ),
    one(
        "a workflow whose words are only known when it runs",
        &[
            ("package.json", Sample::Text(MANIFEST)),
            ("package-lock.json", fresh(LOCK)),
            (WORKFLOW, Sample::Altered(CI, &[("RUN", "npm install $FLAGS")])),
        ],
        &["usage-unknown"],
    ),
    Example {
        shows: "a workflow that is meant to go past the lock",
        config: "exclude = [\".github/workflows/newest.yml\"]",
        run: "",
        files: &[
            ("package.json", Sample::Text(MANIFEST)),
            ("package-lock.json", fresh(LOCK)),
            (".github/workflows/newest.yml", Sample::Altered(CI, &[("RUN", "npm update")])),
        ],
        meets: &[],
    },
    one("bun's binary lock", &[("bun.lockb", fresh(""))], &["unauditable"]),
    Example {
        shows: "a glob that matches no lockfile",
        config: "files = [\"requirements.lock\", \"app/*\"]",
        run: "",
        files: &[("requirements.lock", fresh(HASHED))],
        meets: &["no-match"],
    },
    one("a lock of 132 days", &[("requirements.lock", Sample::ChangedAt(HASHED, days_ago(132)))], &["old"]),
    Example {
        shows: "a lock that is older than it may be",
        config: "max-age = \"120d\"",
        run: "",
        files: &[("requirements.lock", Sample::ChangedAt(HASHED, days_ago(132)))],
        meets: &["too-old"],
    },
    one("a shallow clone, which says nothing of age", &[("requirements.lock", Sample::BeyondShallow(HASHED))], &["audit-unknown"]),
    Example {
        shows: "a shallow clone, and `max-age` asks",
        config: "max-age = \"120d\"\nas-of = \"commit\"",
        run: "",
        files: &[("requirements.lock", Sample::BeyondShallow(HASHED))],
        meets: &["age-unknown"],
    },
    one(
        "a lock that names the moment it was made, which was 132 days ago",
        &[(
            "requirements.lock",
            fresh(
                "# generated 1969-08-22\nrequests==2.32.3 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
            ),
        )],
        &["old"],
    ),
    one("a name on two lines", &[("a\nb", fresh("")), ("requirements.lock", fresh(HASHED))], &["odd-name"]),
    one("nobody knows what is promoted", &[("", Sample::NoTree)], &["no-tree"]),
];
