# yarn 1: `yarn install --frozen-lockfile`. yarn 4: `yarn install --immutable --mode=update-lockfile`.

shared() { # shared WORD: changes that both know, and the word for resolutions that the lock does not obey
    change "description, scripts" "json package.json 'd[\"description\"]=\"y\"; d[\"scripts\"]={\"a\":\"b\"}'"
    change "version" "json package.json 'd[\"version\"]=\"2.0.0\"'"
    change "engines" "json package.json 'd[\"engines\"]={\"node\":\">=18\"}'"
    change "dependency added" "json package.json 'd[\"dependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "range that fits" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^2.0.0\"'"
    change "range that does not fit" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^1.0.0\"'"
    change "moved to dev" "json package.json 'd.setdefault(\"devDependencies\",{})[\"ms\"]=d[\"dependencies\"].pop(\"ms\")'"
    change "optional dependency added" "json package.json 'd[\"optionalDependencies\"]={\"left-pad\":\"1\"}'"
    change "alias of another" "json package.json 'd[\"dependencies\"][\"kind\"]=\"npm:is-number@^6\"'"
    "$1" "resolution of another" "json package.json 'd[\"resolutions\"][\"is-number\"]=\"5.0.0\"'"
    change "resolution removed" "json package.json 'del d[\"resolutions\"]'"
    "$1" "resolution added" "json package.json 'd[\"resolutions\"][\"ms\"]=\"2.0.0\"'"
}
single='{"name":"x","version":"1.0.0","dependencies":{"ms":"^2.1.0","kind":"npm:kind-of@^6","local":"file:./local","linked":"link:./local","is-number":"^6.0.0"},"devDependencies":{"semver":"7.x"},"peerDependencies":{"isarray":"*"},"resolutions":{"is-number":"6.0.0"}}'
members() { # members SPEC: a workspace whose members need one another by SPEC
    echo '{"name":"x","version":"1.0.0","private":true,"workspaces":["packages/*"],"dependencies":{"ms":"^2.1.0","kind":"npm:kind-of@^6","is-number":"^6.0.0"},"resolutions":{"is-number":"6.0.0"}}' | put package.json
    echo '{"name":"a","version":"1.0.0","dependencies":{"@s/b":"'"$1"'","semver":"^7"}}' | put packages/a/package.json
    echo '{"name":"@s/b","version":"1.2.0","devDependencies":{"ms":"2.0.0"}}' | put packages/b/package.json
    echo '{"name":"fixture","dependencies":{"left-pad":"1"}}' | put tests/fixture/package.json
}
of_members() { # of_members WORD: changes of members, and the word for what they ask for: yarn 1 looks at the first manifest only
    change "scripts of a member" "json packages/a/package.json 'd[\"scripts\"]={\"a\":\"b\"}'"
    "$1" "dependency added to a member" "json packages/b/package.json 'd[\"dependencies\"]={\"left-pad\":\"^1.3.0\"}'"
    "$1" "range of a member" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^1.0.0\"'"
    change "dependency removed from a member" "json packages/a/package.json 'del d[\"dependencies\"][\"semver\"]'"
    change "member added" "echo '{\"name\":\"c\",\"version\":\"1.0.0\"}' | put packages/c/package.json"
    "$1" "member added with a dependency" "echo '{\"name\":\"c\",\"version\":\"1.0.0\",\"dependencies\":{\"left-pad\":\"1\"}}' | put packages/c/package.json"
    change "member removed" "rm -r packages/a"
    change "member renamed" "json packages/a/package.json 'd[\"name\"]=\"aa\"'"
    change "version of a member" "json packages/a/package.json 'd[\"version\"]=\"2.0.0\"'"
    change "fixture" "json tests/fixture/package.json 'd[\"dependencies\"][\"ms\"]=\"1\"'"
}
folder() { mkdir -p local && echo '{"name":"local","version":"1.0.0"}' >local/package.json; }

(
    node_tool yarn-1 yarn@1.22.22 || absent "yarn 1" "npm cannot install it"
    check() { yarn install --frozen-lockfile --ignore-scripts --non-interactive --modules-folder "$(mktemp -d "$work/nm.XXXX")"; }
    lock() { yarn install --ignore-scripts --non-interactive; rm -rf node_modules; }
    version=$(yarn --version)
    project yarn "$version" "one package"
    folder && echo "$single" | put package.json
    fresh lock
    shared stricter
    change "dependency removed" "json package.json 'del d[\"devDependencies\"][\"semver\"]'"
    done_with
    project yarn "$version" "workspaces"
    members "^1.0.0"
    fresh lock
    shared change
    of_members stricter
    done_with
)
(
    node_tool yarn-4 @yarnpkg/cli-dist@4 || absent "yarn 4" "npm cannot install it"
    export YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_GLOBAL_CACHE=1 YARN_GLOBAL_FOLDER=$tools/yarn-global YARN_ENABLE_COLORS=0 YARN_IGNORE_PATH=1 YARN_ENABLE_SCRIPTS=0
    check() { yarn install --immutable --mode=skip-build; }
    lock() { yarn install --mode=update-lockfile; }
    version=$(yarn --version)
    project yarn "$version" "one package"
    folder && echo "$single" | put package.json && : >yarn.lock
    fresh lock
    shared change
    change "dependency removed" "json package.json 'del d[\"devDependencies\"][\"semver\"]'"
    change "name" "json package.json 'd[\"name\"]=\"z\"'"
    change "peer added" "json package.json 'd[\"peerDependencies\"][\"left-pad\"]=\"1\"'"
    change "peer that may be absent" "json package.json 'd[\"peerDependenciesMeta\"]={\"isarray\":{\"optional\":True}}'"
    change "bin" "json package.json 'd[\"bin\"]={\"z\":\"./z.js\"}'"
    done_with
    project yarn "$version" "workspaces, catalog, patch"
    members "workspace:^" && : >yarn.lock
    printf 'catalog:\n  isarray: ^2.0.0\ncatalogs:\n  old:\n    left-pad: 1.2.0\n' >.yarnrc.yml
    json package.json 'd["dependencies"]["isarray"]="catalog:"; d["dependencies"]["left-pad"]="catalog:old"; d["dependencies"]["is-buffer"]="patch:is-buffer@npm%3A2.0.5#~/b.patch"'
    printf 'diff --git a/index.js b/index.js\n--- a/index.js\n+++ b/index.js\n@@ -1,1 +1,2 @@\n+// c\n /*!\n' >b.patch
    fresh lock
    shared change
    of_members change
    change "catalog's range" "sed -i 's/isarray: ^2.0.0/isarray: ^2.0.1/' .yarnrc.yml"
    change "named catalog's range" "sed -i 's/1.2.0/1.3.0/' .yarnrc.yml"
    laxer "patch changed" "sed -i 's/^+.. c/+\/\/ d/' b.patch"
    done_with
)
