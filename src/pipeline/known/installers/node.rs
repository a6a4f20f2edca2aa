//! Node: npm, yarn, pnpm, bun; and deno.

use super::conditions::{any_set, beside, is_local, is_set, names_nothing, of_project, says, sees_ci};
use super::{Call, Does, Row, Tool};

const MANIFEST: &[&str] = &["package.json"];

pub(super) static NPM: Tool = Tool {
    programs: &["npm"],
    formats: &["npm"],
    manifests: MANIFEST,
    valued: &["--prefix", "-C", "--registry", "--omit", "--include", "--loglevel", "--cache", "--userconfig", "-w", "--workspace", "--tag"],
    folders: &["--prefix", "-C"],
    proofs: &[],
    rows: &[
        Row {
            command: "install|i|add|in|ins|inst|insta|instal|isnt|isnta|isntal|isntall",
            does: Does::Completes,
            obeys: &["--dry-run"],
            variables: &[],
            when: of_project,
            instead: "npm ci",
        },
        Row {
            command: "install-test|it",
            does: Does::Completes,
            obeys: &["--dry-run"],
            variables: &[],
            when: of_project,
            instead: "npm install-ci-test",
        },
        Row {
            command: "update|up|upgrade|udpate",
            does: Does::Renews,
            obeys: &["--dry-run"],
            variables: &[],
            when: is_local,
            instead: "npm ci",
        },
        Row { command: "audit fix", does: Does::Renews, obeys: &["--dry-run"], variables: &[], when: is_local, instead: "npm audit" },
    ],
};

pub(super) static YARN: Tool = Tool {
    programs: &["yarn", "yarnpkg"],
    formats: &["yarn"],
    manifests: MANIFEST,
    valued: &[
        "--cwd",
        "--registry",
        "--network-timeout",
        "--cache-folder",
        "--modules-folder",
        "--mutex",
        "--network-concurrency",
        "--mode",
    ],
    folders: &["--cwd"],
    proofs: &[],
    rows: &[
        Row { command: "", does: Does::Completes, obeys: &["--frozen-lockfile"], variables: &[], when: classic_thaws, instead: YARN_1 },
        Row {
            command: "install",
            does: Does::Completes,
            obeys: &["--frozen-lockfile"],
            variables: &[],
            when: classic_thaws,
            instead: YARN_1,
        },
        Row { command: "", does: Does::Completes, obeys: IMMUTABLE, variables: &[], when: berry_thaws, instead: BERRY },
        Row { command: "install", does: Does::Completes, obeys: IMMUTABLE, variables: &[], when: berry_thaws, instead: BERRY },
        Row { command: "workspaces focus", does: Does::Completes, obeys: &[], variables: &[], when: focus_thaws, instead: BERRY },
        Row { command: "up|upgrade", does: Does::Renews, obeys: &[], variables: &[], when: is_local, instead: "yarn install" },
    ],
};

const IMMUTABLE: &[&str] = &["--immutable", "--frozen-lockfile"];
const YARN_1: &str = "yarn install --frozen-lockfile";
const BERRY: &str = "yarn install --immutable";

/// Yarn 1 writes this at the head of its locks; it passes over `--immutable`, which it does not know.
fn is_classic(call: &Call<'_>) -> bool {
    (call.setting.repository.text)(&call.lock.path).is_some_and(|text| text.lines().take(5).any(|line| line.contains("yarn lockfile v1")))
}

fn classic_thaws(call: &Call<'_>) -> bool {
    names_nothing(call) && is_classic(call) && !beside(call, ".yarnrc").is_some_and(|text| text.contains("frozen-lockfile true"))
}

/// Later yarns change no lock where they find `CI` set.
fn berry_thaws(call: &Call<'_>) -> bool {
    if !names_nothing(call) || is_classic(call) {
        return false;
    }
    let is_told = call.setting.variables.contains_key("YARN_ENABLE_IMMUTABLE_INSTALLS");
    if call.arguments.has("--no-immutable") || call.arguments.has("--immutable=false") {
        return true;
    }
    match is_set("YARN_ENABLE_IMMUTABLE_INSTALLS", call.setting) {
        Some(set) if is_told => !set,
        _ if says(call, ".yarnrc.yml", "enableImmutableInstalls:false") => true,
        _ => !sees_ci(call.setting) && !says(call, ".yarnrc.yml", "enableImmutableInstalls:true"),
    }
}

/// It knows no `--immutable`, and is not immutable by itself: an install that is has to go before it.
fn focus_thaws(call: &Call<'_>) -> bool {
    let is_install = |words: &Vec<Option<String>>| {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        words.first() == Some(&"yarn") && words.contains(&"--immutable")
    };
    !is_classic(call) && !call.setting.before.iter().any(is_install)
}

pub(super) static PNPM: Tool = Tool {
    programs: &["pnpm"],
    formats: &["pnpm"],
    manifests: MANIFEST,
    valued: &["-C", "--dir", "--filter", "-F", "--registry", "--reporter", "--store-dir", "--loglevel", "--network-concurrency"],
    folders: &["-C", "--dir"],
    proofs: &[],
    rows: &[
        Row {
            command: "install|i",
            does: Does::Completes,
            obeys: &["--frozen-lockfile", "--dry-run"],
            variables: &[],
            when: pnpm_thaws,
            instead: "pnpm install --frozen-lockfile",
        },
        Row {
            command: "update|up|upgrade",
            does: Does::Renews,
            obeys: &[],
            variables: &[],
            when: is_local,
            instead: "pnpm install --frozen-lockfile",
        },
    ],
};

/// pnpm changes no lock where it finds `CI` set.
fn pnpm_thaws(call: &Call<'_>) -> bool {
    const THAW: &[&str] =
        &["--no-frozen-lockfile", "--frozen-lockfile=false", "--no-lockfile", "--lockfile=false", "--fix-lockfile", "--lockfile-only"];
    const SET: &[&str] = &["npm_config_frozen_lockfile", "NPM_CONFIG_FROZEN_LOCKFILE", "pnpm_config_frozen_lockfile"];
    if !of_project(call) {
        return false;
    }
    if THAW.iter().any(|option| call.arguments.has(option)) {
        return true;
    }
    if SET.iter().any(|name| call.setting.variables.contains_key(*name)) {
        return any_set(SET, call.setting) == Some(false);
    }
    let is_told = |what: &str| {
        says(call, ".npmrc", &format!("frozen-lockfile={what}")) || says(call, "pnpm-workspace.yaml", &format!("frozenLockfile:{what}"))
    };
    is_told("false") || (!sees_ci(call.setting) && !is_told("true"))
}

pub(super) static BUN: Tool = Tool {
    programs: &["bun"],
    formats: &["bun", "bun.lockb"],
    manifests: MANIFEST,
    valued: &["--cwd", "--registry", "--cache-dir", "--backend", "--filter", "--config", "-c"],
    folders: &["--cwd"],
    proofs: &[],
    rows: &[
        Row {
            command: "install|i",
            does: Does::Completes,
            // What it installs for production it takes from the lock alone.
            obeys: &["--frozen-lockfile", "--production", "-p", "--dry-run"],
            variables: &[],
            when: |call| of_project(call) && !says(call, "bunfig.toml", "frozenLockfile=true"),
            instead: "bun ci",
        },
        Row { command: "update", does: Does::Renews, obeys: &["--dry-run"], variables: &[], when: is_local, instead: "bun ci" },
    ],
};

pub(super) static DENO: Tool = Tool {
    programs: &["deno"],
    formats: &["deno"],
    manifests: &["deno.json", "deno.jsonc", "package.json"],
    valued: &["--config", "-c", "--import-map", "--lock", "--node-modules-dir"],
    folders: &[],
    proofs: &["--frozen"],
    rows: &[
        Row {
            command: "install|i",
            does: Does::Completes,
            obeys: &["--frozen"],
            variables: &[],
            when: |call| of_project(call) && deno_thaws(call),
            instead: "deno install --frozen",
        },
        Row {
            command: "cache",
            does: Does::Completes,
            obeys: &["--frozen"],
            variables: &[],
            when: deno_thaws,
            instead: "deno cache --frozen",
        },
    ],
};

fn deno_thaws(call: &Call<'_>) -> bool {
    !["deno.json", "deno.jsonc"]
        .into_iter()
        .any(|name| beside(call, name).is_some_and(|text| text.split_whitespace().collect::<String>().contains("\"frozen\":true")))
}
