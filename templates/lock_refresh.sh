#!/bin/sh
# Makes one lockfile anew with its own tool; puts the old one back where that fails or is interrupted.
#
#   lock_refresh.sh [FILE]      default: requirements.lock
#
# `gate lock refresh` does the same for every format, and shows what changed.
set -eu
file=${1:-requirements.lock}
[ -f "$file" ] || { echo "lock_refresh.sh: $file is not here" >&2; exit 2; }
cd -- "$(dirname -- "$file")"
file=$(basename -- "$file")
case $file in -*) echo "lock_refresh.sh: $file would be taken for an option" >&2; exit 2 ;; esac
[ ! -L "$file" ] || { echo "lock_refresh.sh: $file is a link; name the file" >&2; exit 2; }
stem=${file%.*}

need() { # need PROGRAM: says what is missing before anything is touched
    command -v "$1" >/dev/null 2>&1 || { echo "lock_refresh.sh: $1 is not on PATH" >&2; exit 2; }
}
case $file in
uv.lock) need uv; set -- uv lock --upgrade ;;
poetry.lock) need poetry; set -- poetry update --lock --no-interaction ;;
pdm.lock) need pdm; set -- pdm update --no-sync --update-all ;;
Pipfile.lock) need pipenv; set -- pipenv lock ;;
Cargo.lock) need cargo; set -- cargo update ;;
package-lock.json | npm-shrinkwrap.json) need npm; set -- npm update --package-lock-only --ignore-scripts ;;
pnpm-lock.yaml) need pnpm; set -- pnpm update --recursive --lockfile-only --ignore-scripts --no-save ;;
Gemfile.lock) need bundle; set -- bundle lock --update ;;
composer.lock) need composer; set -- composer update --no-install --no-scripts ;;
yarn.lock)
    need yarn
    if grep -q '^# yarn lockfile v1' yarn.lock; then
        set -- yarn upgrade --ignore-scripts --non-interactive
    else
        set -- yarn up --recursive '**' --mode=update-lockfile
    fi
    ;;
mix.lock) need mix; set -- mix deps.update --all ;;
flake.lock) need nix; set -- nix flake update ;;
requirements*.lock | requirements*.txt | *requirements.txt | *requirements.lock)
    manifest=$stem.in
    [ -f "$manifest" ] || manifest=$stem.txt
    if [ ! -f "$manifest" ] || [ "$manifest" = "$file" ]; then
        echo "lock_refresh.sh: neither $stem.in nor a $stem.txt beside a .lock says what $file is made from" >&2
        exit 2
    fi
    if command -v uv >/dev/null 2>&1; then
        set -- uv pip compile --upgrade --generate-hashes --output-file "$file" "$manifest"
    else
        need pip-compile
        set -- pip-compile --upgrade --generate-hashes --output-file "$file" "$manifest"
    fi
    ;;
*) echo "lock_refresh.sh: no tool is known that makes $file" >&2; exit 2 ;;
esac

old=$(mktemp "./.$file.XXXXXX")
cp -p -- "$file" "$old"
done=no
put_back() {
    if [ "$done" = yes ]; then rm -f -- "$old"; return; fi
    mv -f -- "$old" "$file"
    echo "lock_refresh.sh: $file is as it was" >&2
}
trap put_back EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$@"
[ -s "$file" ] || { echo "lock_refresh.sh: $1 left an empty $file" >&2; exit 3; }
done=yes
diff -u -- "$old" "$file" || true
