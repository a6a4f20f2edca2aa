# The words that the files of the tools are written in. Sourced by `run`.

python_tool() { # python_tool NAME REQUIREMENT…: a virtual environment of its own, first on the PATH
    local to=$tools/$1
    shift
    [ -x "$to/done" ] || { python3 -m venv "$to" && "$to/bin/pip" --quiet --disable-pip-version-check install "$@" && touch "$to/done" && chmod +x "$to/done"; } || return 1
    PATH=$to/bin:$PATH
}
node_tool() { # node_tool NAME PACKAGE…: a prefix of its own, first on the PATH
    local to=$tools/$1
    shift
    [ -x "$to/done" ] || { mkdir -p "$to" && (cd "$to" && echo '{"private":true}' >package.json && npm install --silent --no-audit --no-fund "$@" >/dev/null 2>&1) && touch "$to/done" && chmod +x "$to/done"; } || return 1
    PATH=$to/node_modules/.bin:$PATH
}
absent() { # absent TOOL WHY: said, and no failure
    printf '%s\tnot tried: %s\n' "$1" "$2" >>"$work/rows"
    exit 0
}
project() { # project TOOL VERSION SHAPE: a new project; stands in it
    tool=$1 version=$2 shape=$3
    base=$(mktemp -d "$work/$tool.XXXX")
    cd "$base"
    git init -q .
    printf 'node_modules/\n.pnp.*\n.yarn/\n.venv/\n.terraform/\nvendor/\ntarget/\n' >.gitignore
    same=0 strict=0 lax=0 silent=0
}
answer() { # answer: what gate says of sync: FINE, STALE, or UNKNOWN
    git add -A
    # Its exit code is about more than sync.
    "$GATE" lockfiles --format json >../said.json 2>../said.err || true
    local ids
    ids=$(jq -r '.checks[].rulings[].failure_reason_code' ../said.json 2>/dev/null) || { cat ../said.err >&2; echo NONE; return; }
    case $ids in
        *out-of-sync*) echo STALE ;;
        *sync-unknown*) echo UNKNOWN ;;
        *unreadable* | *malformed* | *nothing-examined*) echo UNREAD ;;
        *) echo FINE ;;
    esac
}
own() { # own: what the tool's check says; each tool defines `check`
    if check >../own.out 2>&1; then echo FINE; else echo STALE; fi
}
judged() { # judged WHAT EXPECTED: compares the two answers in this folder
    local gate mine
    gate=$(answer) mine=$(own)
    [ -z "${SHOW:-}" ] || printf '%-10s %-24s %-46s tool %-6s gate %s\n' "$tool" "$shape" "$1" "$mine" "$gate" >&2
    case $2:$mine:$gate in
        same:FINE:FINE | same:STALE:STALE) same=$((same + 1)); return ;;
        strict:FINE:STALE) strict=$((strict + 1)); return ;;
        silent:*:UNKNOWN) silent=$((silent + 1)); return ;;
        lax:STALE:FINE) lax=$((lax + 1)); return ;;
    esac
    {
        echo "DISAGREE $tool $version, $shape: $1: the tool says $mine, gate says $gate, $2 was expected"
        jq -r '.checks[].rulings[] | select(.failure_reason_code | test("sync|unread|nothing")) | "    gate: " + .message' ../said.json
        tail -n 3 ../own.out | cut -c1-300 | sed 's/^/    tool: /'
    } >>"$work/wrong"
}
fresh() { # fresh COMMAND…: what the tool makes now is in sync for both; a tool that makes nothing ends the file
    "$@" >"$work/made" 2>&1 </dev/null || { absent "$tool $version, $shape" "$(tail -n 1 "$work/made")"; }
    judged "fresh" same
}
try() { # try KIND WHAT COMMANDS: in a copy of the project, after the commands
    local copy
    copy=$(mktemp -d "$work/try.XXXX")/p
    cp -R "$base" "$copy"
    if (cd "$copy" && set -e && eval "$3") >"$work/did" 2>&1; then
        cd "$copy" && judged "$2" "$1"
    else
        { echo "DISAGREE $tool, $shape: $2: the change failed:"; cat "$work/did"; } >>"$work/wrong"
    fi
    cd "$base"
    rm -rf "$(dirname "$copy")"
}
change() { try same "$@"; }     # both say the same
stricter() { try strict "$@"; } # the tool is content, gate says stale; a difference that docs/formats/lockfiles.md explains
laxer() { try lax "$@"; }       # the tool refuses, gate does not see it
unsaid() { try silent "$@"; }   # gate says that it cannot tell
done_with() { # done_with: the row of this project
    printf '%s\t%s\t%s\tagree %s\tstricter %s\tcannot tell %s\tlaxer %s\n' "$tool" "$version" "$shape" "$same" "$strict" "$silent" "$lax" >>"$work/rows"
}
json() { # json FILE STATEMENT: Python about `d`, the value of the file
    python3 -c 'import json,sys
d=json.load(open(sys.argv[1])); exec(sys.argv[2]); json.dump(d,open(sys.argv[1],"w"),indent=2,ensure_ascii=False)' "$1" "$2"
}
put() { # put FILE: standard input becomes the file, its folders too
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}
