# npm: `npm ci --dry-run` refuses a lock that does not hold what the manifests ask for. It takes one whose copy of a range differs as long as
# the locked version fits, and one that holds too much: gate says both.

export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
check() { npm ci --dry-run --ignore-scripts; }

single() {
    project npm "$version" "one package"
    mkdir local && echo '{"name":"local","version":"1.0.0"}' >local/package.json
    put package.json <<'T'
{
  "name": "x", "version": "1.0.0", "description": "é",
  "scripts": { "test": "true" },
  "engines": { "node": ">=16" },
  "dependencies": { "ms": "^2.1.0", "debug": "4.3.4", "kind": "npm:kind-of@^6", "local": "file:./local" },
  "devDependencies": { "semver": "7.x" },
  "optionalDependencies": { "fsevents": "^2.3.0" },
  "peerDependencies": { "isarray": "*", "react": "^18" },
  "peerDependenciesMeta": { "react": { "optional": true } },
  "overrides": { "debug": { "ms": "2.1.2" } }
}
T
    fresh npm install --package-lock-only --ignore-scripts
    change "description, scripts" "json package.json 'd[\"description\"]=\"y\"; d[\"scripts\"][\"a\"]=\"b\"; d[\"keywords\"]=[]'"
    change "version" "json package.json 'd[\"version\"]=\"2.0.0\"'"
    change "engines" "json package.json 'd[\"engines\"][\"node\"]=\">=18\"'"
    change "bin, license" "json package.json 'd[\"bin\"]=\"a.js\"; d[\"license\"]=\"MIT\"; d[\"private\"]=True'"
    change "dependency added" "json package.json 'd[\"dependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "dev dependency added" "json package.json 'd[\"devDependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "optional dependency added" "json package.json 'd[\"optionalDependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    change "peer added" "json package.json 'd[\"peerDependencies\"][\"left-pad\"]=\"^1.3.0\"'"
    stricter "optional peer added" "json package.json 'd[\"peerDependencies\"][\"left-pad\"]=\"^1.3.0\"; d[\"peerDependenciesMeta\"][\"left-pad\"]={\"optional\":True}'"
    stricter "dependency removed" "json package.json 'del d[\"devDependencies\"][\"semver\"]'"
    stricter "range that fits" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^2.0.0\"'"
    change "range that does not fit" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^1.0.0\"'"
    stricter "moved to dev" "json package.json 'd[\"devDependencies\"][\"ms\"]=d[\"dependencies\"].pop(\"ms\")'"
    stricter "alias of another" "json package.json 'd[\"dependencies\"][\"kind\"]=\"npm:is-number@^6\"'"
    change "override of another" "json package.json 'd[\"overrides\"][\"debug\"][\"ms\"]=\"2.0.0\"'"
    change "override removed" "json package.json 'del d[\"overrides\"]'"
    change "override added" "json package.json 'd[\"overrides\"][\"semver\"]=\"7.0.0\"; d[\"devDependencies\"][\"semver\"]=\"7.0.0\"'"
    stricter "folder gone" "json package.json 'del d[\"dependencies\"][\"local\"]; d[\"dependencies\"][\"ms\"]=\"^2.1.0\"'"
    change "workspaces" "mkdir w && echo \"{\\\"name\\\":\\\"w\\\",\\\"version\\\":\\\"1.0.0\\\"}\" >w/package.json && json package.json 'd[\"workspaces\"]=[\"w\"]'"
    change "file's dependency" "json local/package.json 'd[\"dependencies\"]={\"left-pad\":\"1\"}'"
    done_with
}
workspaces() {
    project npm "$version" "workspaces"
    echo '{"name":"x","private":true,"workspaces":["packages/*"],"dependencies":{"ms":"^2.1.0"}}' | put package.json
    echo '{"name":"a","version":"1.0.0","dependencies":{"b":"^1.0.0","semver":"^7"}}' | put packages/a/package.json
    echo '{"name":"@s/b","version":"1.2.0","devDependencies":{"ms":"2.0.0"}}' | put packages/b/package.json
    json packages/a/package.json 'd["dependencies"]={"@s/b":"^1.0.0","semver":"^7"}'
    echo '{"name":"fixture","dependencies":{"left-pad":"1"}}' | put tests/fixture/package.json
    fresh npm install --package-lock-only --ignore-scripts
    change "scripts of a member" "json packages/a/package.json 'd[\"scripts\"]={\"a\":\"b\"}'"
    change "dependency added to a member" "json packages/b/package.json 'd[\"dependencies\"]={\"left-pad\":\"^1.3.0\"}'"
    change "range of a member that does not fit" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^1.0.0\"'"
    stricter "range of a member that fits" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^2.0.0\"'"
    stricter "dependency removed from a member" "json packages/a/package.json 'del d[\"dependencies\"][\"semver\"]'"
    change "member added" "echo '{\"name\":\"c\",\"version\":\"1.0.0\"}' | put packages/c/package.json"
    change "member added with a dependency" "echo '{\"name\":\"c\",\"version\":\"1.0.0\",\"dependencies\":{\"left-pad\":\"1\"}}' | put packages/c/package.json"
    stricter "member removed" "rm -r packages/a"
    change "member renamed" "json packages/a/package.json 'd[\"name\"]=\"aa\"'"
    change "version of a member that others need" "json packages/b/package.json 'd[\"version\"]=\"2.0.0\"'"
    change "version of a member" "json packages/a/package.json 'd[\"version\"]=\"2.0.0\"'"
    stricter "workspaces named one by one" "json package.json 'd[\"workspaces\"]=[\"packages/a\",\"packages/b\"]'"
    change "fixture" "json tests/fixture/package.json 'd[\"dependencies\"][\"ms\"]=\"1\"'"
    done_with
}
for one in ${NPM:-11 10}; do (
    command -v npm >/dev/null || absent npm "npm is not installed"
    node_tool "npm-$one" "npm@$one" || absent "npm $one" "npm cannot install it"
    version=$(npm --version)
    single
    workspaces
); done
