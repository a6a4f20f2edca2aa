//! Rust, Go, Ruby, PHP, Elixir, Terraform and Nix.

use super::conditions::{always, says, value_of};
use super::{Call, Does, Row, Tool};

pub(super) static CARGO: Tool = Tool {
    programs: &["cargo", "cross"],
    formats: &["cargo"],
    manifests: &["Cargo.toml"],
    valued: &[
        "-p",
        "--package",
        "--features",
        "-F",
        "--target",
        "--profile",
        "--bin",
        "--example",
        "--test",
        "--bench",
        "--manifest-path",
        "--target-dir",
        "-j",
        "--jobs",
        "--message-format",
        "--color",
        "-Z",
        "--config",
        "--exclude",
        "--root",
        "--path",
        "-C",
        "--toolchain",
        "--partition",
        "-E",
        "--filter-expr",
        "--out",
        "-o",
        "--output-path",
        "--lcov-output",
    ],
    folders: &["--manifest-path", "--path", "-C"],
    proofs: &["--locked", "--frozen"],
    rows: &[
        Row {
            command: "build|b|test|t|run|r|check|c|clippy|bench|doc|d|rustdoc|rustc|fix|fetch|vendor|nextest|llvm-cov|tarpaulin",
            does: Does::Completes,
            obeys: LOCKED,
            variables: &[],
            when: always,
            instead: "cargo {} --locked",
        },
        Row {
            command: "miri test|t|run|r|nextest",
            does: Does::Completes,
            obeys: LOCKED,
            variables: &[],
            when: always,
            instead: "cargo miri {} --locked",
        },
        Row {
            // Without `--locked` it does not look at the lock at all.
            command: "install",
            does: Does::Ignores,
            obeys: LOCKED,
            variables: &[],
            when: |call| call.arguments.has("--path"),
            instead: "cargo install --locked --path",
        },
        Row {
            command: "update|generate-lockfile",
            does: Does::Renews,
            obeys: &["--locked", "--frozen", "--dry-run", "-n"],
            variables: &[],
            when: always,
            instead: "cargo fetch --locked",
        },
    ],
};

const LOCKED: &[&str] = &["--locked", "--frozen"];

pub(super) static GO: Tool = Tool {
    programs: &["go"],
    formats: &["go"],
    manifests: &["go.mod"],
    valued: &["-C", "-o", "-run", "-timeout", "-coverprofile", "-tags", "-count", "-p", "-ldflags", "-bench", "-modfile", "-gcflags"],
    folders: &["-C"],
    proofs: &[],
    rows: &[
        Row { command: "mod tidy", does: Does::Renews, obeys: &["-diff"], variables: &[], when: always, instead: "go mod tidy -diff" },
        Row {
            command: "get",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: |call| call.arguments.has("-u") || call.arguments.has("-u=patch"),
            instead: "go mod download",
        },
        Row {
            command: "build|test|run|vet|list|install|generate",
            does: Does::Completes,
            obeys: &[],
            variables: &[],
            when: may_change_modules,
            instead: "go {} -mod=readonly",
        },
    ],
};

/// `-mod=mod` lets Go write go.mod; by itself it does not.
fn may_change_modules(call: &Call<'_>) -> bool {
    match call.arguments.value_of("-mod") {
        Some(value) => value == Some("mod"),
        None => value_of("GOFLAGS", call.setting)
            .is_some_and(|flags| flags.split_whitespace().any(|flag| flag.trim_start_matches('-') == "mod=mod")),
    }
}

pub(super) static BUNDLE: Tool = Tool {
    programs: &["bundle", "bundler"],
    formats: &["bundler"],
    manifests: &["Gemfile"],
    valued: &["--gemfile", "--jobs", "-j", "--retry", "--path", "--without", "--with"],
    folders: &[],
    proofs: &[],
    rows: &[
        BUNDLE_INSTALL,
        Row { command: "install|i", ..BUNDLE_INSTALL },
        Row { command: "update", does: Does::Renews, obeys: &[], variables: &[], when: always, instead: BUNDLE_INSTALL.instead },
        Row { command: "lock", does: Does::Renews, obeys: &["--print"], variables: &[], when: always, instead: BUNDLE_INSTALL.instead },
    ],
};

const BUNDLE_INSTALL: Row = Row {
    command: "",
    does: Does::Completes,
    obeys: &["--frozen", "--deployment"],
    variables: &["BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"],
    when: |call| !bundle_is_frozen(call),
    instead: "BUNDLE_FROZEN=true bundle install",
};

/// By `bundle config` before it, or by the file that this writes.
fn bundle_is_frozen(call: &Call<'_>) -> bool {
    let is_setting = |words: &Vec<Option<String>>| {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        let is_on =
            words.iter().any(|word| matches!(*word, "frozen" | "deployment")) && words.iter().any(|word| matches!(*word, "true" | "1"));
        words.starts_with(&["bundle", "config"]) && is_on && !words.contains(&"unset")
    };
    let is_written =
        |name: &str| says(call, ".bundle/config", &format!("{name}:\"true\"")) || says(call, ".bundle/config", &format!("{name}:\"1\""));
    call.setting.before.iter().any(is_setting) || is_written("BUNDLE_FROZEN") || is_written("BUNDLE_DEPLOYMENT")
}

pub(super) static COMPOSER: Tool = Tool {
    programs: &["composer", "composer.phar"],
    formats: &["composer"],
    manifests: &["composer.json"],
    valued: &["-d", "--working-dir"],
    folders: &["-d", "--working-dir"],
    proofs: &[],
    rows: &[Row {
        command: "update|u|upgrade",
        does: Does::Renews,
        obeys: &["--dry-run"],
        variables: &[],
        when: always,
        instead: "composer install",
    }],
};

pub(super) static MIX: Tool = Tool {
    programs: &["mix"],
    formats: &["mix"],
    manifests: &["mix.exs"],
    valued: &["--only", "--target"],
    folders: &[],
    proofs: &["--check-locked"],
    rows: &[
        Row {
            command: "deps.get",
            does: Does::Completes,
            obeys: &["--check-locked"],
            variables: &[],
            when: always,
            instead: "mix deps.get --check-locked",
        },
        Row {
            command: "deps.update",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: always,
            instead: "mix deps.get --check-locked",
        },
        Row {
            command: "deps.unlock",
            does: Does::Renews,
            obeys: &["--check-unused"],
            variables: &[],
            when: always,
            instead: "mix deps.unlock --check-unused",
        },
    ],
};

pub(super) static TERRAFORM: Tool = Tool {
    programs: &["terraform", "tofu", "terragrunt"],
    formats: &["terraform"],
    manifests: &["main.tf", "versions.tf", "providers.tf"],
    valued: &[],
    folders: &["-chdir"],
    proofs: &[],
    rows: &[
        Row {
            command: "init",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: |call| call.arguments.has("-upgrade"),
            instead: "terraform init -lockfile=readonly",
        },
        Row {
            command: "init",
            does: Does::Completes,
            obeys: &["-lockfile=readonly"],
            variables: &[],
            when: |call| !is_read_only(call),
            instead: "terraform init -lockfile=readonly",
        },
        Row {
            command: "providers lock",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: always,
            instead: "terraform init -lockfile=readonly",
        },
    ],
};

/// By the arguments that Terraform takes from the environment.
fn is_read_only(call: &Call<'_>) -> bool {
    ["TF_CLI_ARGS", "TF_CLI_ARGS_init"]
        .into_iter()
        .filter_map(|name| value_of(name, call.setting))
        .any(|arguments| arguments.split_whitespace().any(|argument| argument.trim_start_matches('-') == "lockfile=readonly"))
}

pub(super) static NIX: Tool = Tool {
    programs: &["nix"],
    formats: &["flake"],
    manifests: &["flake.nix"],
    valued: &[
        "-o",
        "--out-link",
        "--option",
        "-I",
        "--include",
        "-f",
        "--file",
        "--expr",
        "--profile",
        "-j",
        "--max-jobs",
        "--cores",
        "--override-input",
        "--inputs-from",
        "--extra-experimental-features",
        "--experimental-features",
        "--system",
        "--store",
        "--builders",
        "--eval-store",
        "--log-format",
        "--keep",
        "-k",
    ],
    folders: &[],
    proofs: &["--no-update-lock-file"],
    rows: &[
        Row {
            command: "flake update",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: always,
            instead: "nix flake metadata --no-update-lock-file",
        },
        Row {
            command: "flake lock",
            does: Does::Renews,
            obeys: &["--no-update-lock-file"],
            variables: &[],
            when: always,
            instead: "nix flake metadata --no-update-lock-file",
        },
        Row { command: "flake check|show", instead: "nix flake {} --no-update-lock-file", ..NIX_BUILD },
        NIX_BUILD,
    ],
};

const NIX_BUILD: Row = Row {
    command: "build|develop|run|shell|eval|bundle|print-dev-env",
    does: Does::Completes,
    // With `--no-write-lock-file` it resolves what is missing all the same, and only does not write it down.
    obeys: &["--no-update-lock-file"],
    variables: &[],
    when: is_of_this_flake,
    instead: "nix {} --no-update-lock-file",
};

/// The flake of the repository, not one of the registry.
fn is_of_this_flake(call: &Call<'_>) -> bool {
    let is_here = |operand: &&str| operand.starts_with(['.', '#', '/']) || operand.starts_with("path:");
    let plain = !["-f", "--file", "--expr"].into_iter().any(|option| call.arguments.has(option));
    let flakes = call.arguments.operands.get(call.named..).unwrap_or_default();
    plain && flakes.first().is_none_or(is_here)
}
