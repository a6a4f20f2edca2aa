#!/usr/bin/env bash
# The steps of action.yml: `run.sh source | build | gate`. Runs in bash 3.2 as well, which is what macOS has.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# RUNNER_TEMP is empty when a job begins, so no binary of another job is met here.
folder=$RUNNER_TEMP/gate-action/bin
gate=$folder/gate

fail() { # fail MESSAGE: says it as an annotation and ends with 2. Never with words of an input: they could be a command to the runner.
    echo "::error title=gate::$1"
    exit 2
}

# Names the folder of the binary, and the key under which it is cached: the same key, the same source.
source_step() {
    local sum tool=sha256sum
    command -v "$tool" >/dev/null || tool="shasum -a 256"
    # Everything that the binary is made of. $tool is two words on purpose.
    sum=$(cd "$root" && find Cargo.toml Cargo.lock src templates ci/build ci/action/run.sh -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 $tool | $tool)
    echo "folder=$folder" >>"$GITHUB_OUTPUT"
    echo "key=gate-$RUNNER_OS-$RUNNER_ARCH-${sum%% *}" >>"$GITHUB_OUTPUT"
}

# A compiler that is new enough: the one that is there, or one that rustup gets.
toolchain() {
    local need have
    need=$(sed -n 's/^rust-version = "1\.\([0-9]*\).*/\1/p' Cargo.toml)
    [ -n "$need" ] || fail "which Rust gate needs cannot be read from the rust-version of its Cargo.toml"
    have=$(cargo --version 2>/dev/null | sed -n 's/^cargo 1\.\([0-9]*\).*/\1/p') || have=
    if [ "${have:-0}" -lt "$need" ]; then
        command -v rustup >/dev/null || fail "building gate needs Rust 1.$need or newer, or rustup"
        rustup toolchain install "1.$need" --profile minimal --no-self-update
        export RUSTUP_TOOLCHAIN=1.$need
    fi
}

build_step() {
    local built=false
    # What the cache gave back is used only if it starts.
    if ! "$gate" --version >/dev/null 2>&1; then
        cd "$root"
        # What the workflow set for its own builds is not for this one.
        unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTUP_TOOLCHAIN
        toolchain
        mkdir -p "$folder"
        binary=$(CARGO_TARGET_DIR=$RUNNER_TEMP/gate-action/target ./ci/build)
        cp "$binary" "$gate"
        built=true
    fi
    "$gate" --version
    echo "built=$built" >>"$GITHUB_OUTPUT"
    # Later steps of the job can say `gate`.
    echo "$folder" >>"$GITHUB_PATH"
}

gate_step() {
    local command=$GATE_COMMAND words=$GATE_ARGS report='' verdict='' code=0
    case $command in
    '' | *[!a-z-]* | -*) fail "the input \`command\` is one word, such as promote; further words go into \`args\`, one on each line" ;;
    esac
    # The command's child has no use for them.
    unset GATE_COMMAND GATE_ARGS
    set --
    while IFS= read -r word || [ -n "$word" ]; do
        word=${word%$'\r'}
        if [ -n "$word" ]; then set -- "$@" "$word"; fi
    done <<<"$words"
    case $command in
    promote | check)
        # The verdict is read from gate's own report: an exit code of 0 may also mean that only the help was asked for.
        report=$(mktemp "$RUNNER_TEMP/gate-action/report.XXXXXX")
        set -- --output "json=$report" "$@"
        ;;
    esac
    # gate itself writes the annotations and the step summary.
    "$gate" "$command" "$@" || code=$?
    if [ -n "$report" ]; then verdict=$(sed -n 's/^  "verdict": "\([a-z-]*\)",$/\1/p' "$report"); fi
    echo "exit-code=$code" >>"$GITHUB_OUTPUT"
    echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
    if [ "$command" = promote ] && [ "$code" = 0 ] && [ "$verdict" != promote ]; then
        fail "\`gate promote\` ended well and came to no verdict: \`args\` asks for something else"
    fi
    exit "$code"
}

case ${1:-} in
source) source_step ;;
build) build_step ;;
gate) gate_step ;;
*) echo "usage: run.sh source | build | gate" >&2; exit 2 ;;
esac
