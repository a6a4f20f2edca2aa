# pnpm: `pnpm install --frozen-lockfile --lockfile-only` compares every project of the workspace with its entry in the lock.

check() { pnpm install --frozen-lockfile --lockfile-only --ignore-scripts; }
lock() { pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile; }

single() {
    project pnpm "$version" "one package"
    mkdir local && echo '{"name":"local","version":"1.0.0"}' >local/package.json
    put package.json <<'T'
{
  "name": "x", "version": "1.0.0", "description": "é",
  "engines": { "node": ">=16" },
  "dependencies": { "ms": "^2.1.0", "kind": "npm:kind-of@^6", "local": "file:./local", "linked": "link:./local" },
  "devDependencies": { "semver": "7.x" },
  "optionalDependencies": { "fsevents": "^2.3.0" },
  "peerDependencies": { "isarray": "*" }
}
T
    fresh lock
    change "description, scripts" "json package.json 'd[\"description\"]=\"y\"; d[\"scripts\"]={\"a\":\"b\"}'"
    change "version, name" "json package.json 'd[\"version\"]=\"2.0.0\"; d[\"name\"]=\"z\"'"
    change "engines" "json package.json 'd[\"engines\"][\"node\"]=\">=18\"'"
    change "dependency added" "json package.json 'd[\"dependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "dependency removed" "json package.json 'del d[\"devDependencies\"][\"semver\"]'"
    change "range that fits" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^2.0.0\"'"
    change "range that does not fit" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^1.0.0\"'"
    change "moved to dev" "json package.json 'd[\"devDependencies\"][\"ms\"]=d[\"dependencies\"].pop(\"ms\")'"
    change "moved to optional" "json package.json 'd[\"optionalDependencies\"][\"ms\"]=d[\"dependencies\"].pop(\"ms\")'"
    change "alias of another" "json package.json 'd[\"dependencies\"][\"kind\"]=\"npm:is-number@^6\"'"
    change "peer added" "json package.json 'd[\"peerDependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "peer range" "json package.json 'd[\"peerDependencies\"][\"isarray\"]=\"^1\"'"
    change "link added" "json package.json 'd[\"dependencies\"][\"other\"]=\"link:./local\"'"
    change "override added" "json package.json 'd[\"pnpm\"]={\"overrides\":{\"ms\":\"2.0.0\"}}'"
    change "override added in the workspace's file" "printf 'overrides:\n  ms: 2.0.0\n' >pnpm-workspace.yaml"
    change "setting in the workspace's file" "printf 'autoInstallPeers: false\n' >pnpm-workspace.yaml"
    change "setting in .npmrc" "printf 'auto-install-peers=false\n' >.npmrc"
    change "pnpmfile added" "echo 'module.exports={hooks:{readPackage(p){return p}}}' >.pnpmfile.cjs"
    done_with
}
workspaces() {
    project pnpm "$version" "workspace, catalogs, overrides"
    printf 'packages:\n  - "packages/*"\n  - "!packages/not"\ncatalog:\n  ms: ^2.1.0\ncatalogs:\n  old:\n    semver: ^6\n' >pnpm-workspace.yaml
    echo '{"name":"x","private":true,"dependencies":{"ms":"catalog:"},"pnpm":{"overrides":{"is-number":"6.0.0","kind-of>is-buffer":"1.1.6"}}}' | put package.json
    [ "$1" = 9 ] || { json package.json 'del d["pnpm"]'; printf 'overrides:\n  is-number: 6.0.0\n  kind-of>is-buffer: 1.1.6\n' >>pnpm-workspace.yaml; }
    echo '{"name":"a","version":"1.0.0","dependencies":{"@s/b":"workspace:^","semver":"catalog:old","is-number":"^6.0.0"}}' | put packages/a/package.json
    echo '{"name":"@s/b","version":"1.2.0","devDependencies":{"ms":"2.0.0"}}' | put packages/b/package.json
    echo '{"name":"not","dependencies":{"left-pad":"1"}}' | put packages/not/package.json
    echo '{"name":"fixture","dependencies":{"left-pad":"1"}}' | put tests/fixture/package.json
    fresh lock
    change "scripts of a member" "json packages/a/package.json 'd[\"scripts\"]={\"a\":\"b\"}'"
    change "dependency added to a member" "json packages/b/package.json 'd[\"dependencies\"]={\"left-pad\":\"^1.3.0\"}'"
    change "range of a member" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^1.0.0\"'"
    change "range of a member that fits" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^2.0.0\"'"
    change "dependency removed from a member" "json packages/a/package.json 'del d[\"dependencies\"][\"semver\"]'"
    change "member added" "echo '{\"name\":\"c\",\"version\":\"1.0.0\"}' | put packages/c/package.json"
    change "member added with a dependency" "echo '{\"name\":\"c\",\"version\":\"1.0.0\",\"dependencies\":{\"left-pad\":\"1\"}}' | put packages/c/package.json"
    stricter "member removed" "rm -r packages/a"
    change "member renamed" "json packages/a/package.json 'd[\"name\"]=\"aa\"'"
    change "version of a member" "json packages/b/package.json 'd[\"version\"]=\"2.0.0\"'"
    change "fixture" "json tests/fixture/package.json 'd[\"dependencies\"][\"ms\"]=\"1\"'"
    # pnpm 9 writes the catalogs down and does not compare them.
    if [ "$1" = 9 ]; then catalog=stricter; else catalog=change; fi
    $catalog "catalog's range" "sed -i 's/ms: ^2.1.0/ms: ^2.0.0/' pnpm-workspace.yaml"
    $catalog "named catalog's range" "sed -i 's/semver: ^6/semver: ^7/' pnpm-workspace.yaml"
    change "catalog's entry that nobody uses" "sed -i 's/  ms: ^2.1.0/&\n  left-pad: ^1/' pnpm-workspace.yaml"
    change "override of another" "sed -i 's/6.0.0/5.0.0/' package.json pnpm-workspace.yaml; sed -i 's/\\^5.0.0/^6.0.0/' packages/a/package.json"
    change "override removed" "json package.json 'd.pop(\"pnpm\",0)'; sed -i '/^overrides/,\$d' pnpm-workspace.yaml"
    change "dependency that is overridden" "json packages/a/package.json 'd[\"dependencies\"][\"is-number\"]=\"^7.0.0\"'"
    done_with
}
patched() {
    project pnpm "$version" "patchedDependencies"
    echo '{"name":"x","dependencies":{"ms":"2.1.3"}}' | put package.json
    printf -- '--- a/index.js\n+++ b/index.js\n@@ -1,3 +1,4 @@\n+// c\n /**\n  * Helpers.\n  */\n' | put patches/ms.patch
    if [ "$1" = 9 ]; then json package.json 'd["pnpm"]={"patchedDependencies":{"ms@2.1.3":"patches/ms.patch"}}'; else printf 'patchedDependencies:\n  ms@2.1.3: patches/ms.patch\n' >pnpm-workspace.yaml; fi
    fresh lock
    change "patch removed" "json package.json 'd.pop(\"pnpm\",0)'; rm -f pnpm-workspace.yaml"
    change "patch changed" "sed -i 's/^+.. c/+\/\/ d/' patches/ms.patch"
    done_with
}
for one in ${PNPM:-9 10}; do (
    node_tool "pnpm-$one" "pnpm@$one" || absent "pnpm $one" "npm cannot install it"
    export npm_config_manage_package_manager_versions=false XDG_DATA_HOME=$tools/pnpm-data
    version=$(pnpm --version)
    single
    workspaces "$one"
    patched "$one"
); done
