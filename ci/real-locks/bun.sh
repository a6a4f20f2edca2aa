# bun: `bun install --frozen-lockfile --dry-run`.

check() { bun install --frozen-lockfile --ignore-scripts --no-progress; }
lock() { bun install --lockfile-only --ignore-scripts --no-progress; }
node_tool bun bun && { "$tools/bun/node_modules/.bin/bun" --version >/dev/null 2>&1 || node "$tools/bun/node_modules/bun/install.js" >/dev/null 2>&1; }
bun --version >/dev/null 2>&1 || absent bun "npm cannot install it"
export BUN_INSTALL_CACHE_DIR=$tools/bun-cache
version=$(bun --version)
project bun "$version" "one package"
mkdir local && echo '{"name":"local","version":"1.0.0"}' >local/package.json
echo '{"name":"x","version":"1.0.0","dependencies":{"ms":"^2.1.0","kind":"npm:kind-of@^6","local":"file:./local"},"devDependencies":{"semver":"7.x"},"optionalDependencies":{"fsevents":"^2.3.0"},"peerDependencies":{"isarray":"*"},"overrides":{"is-buffer":"1.1.6"},"trustedDependencies":["ms"]}' | put package.json
fresh lock
change "description, scripts" "json package.json 'd[\"description\"]=\"y\"; d[\"scripts\"]={\"a\":\"b\"}'"
change "version" "json package.json 'd[\"version\"]=\"2.0.0\"'"
change "name" "json package.json 'd[\"name\"]=\"z\"'"
change "engines" "json package.json 'd[\"engines\"]={\"node\":\">=18\"}'"
change "dependency added" "json package.json 'd[\"dependencies\"][\"left-pad\"]=\"^1.3.0\"'"
change "dependency removed" "json package.json 'del d[\"devDependencies\"][\"semver\"]'"
stricter "range that fits" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^2.0.0\"'"
change "range that does not fit" "json package.json 'd[\"dependencies\"][\"ms\"]=\"^1.0.0\"'"
stricter "moved to dev" "json package.json 'd[\"devDependencies\"][\"ms\"]=d[\"dependencies\"].pop(\"ms\")'"
change "alias of another" "json package.json 'd[\"dependencies\"][\"kind\"]=\"npm:is-number@^6\"'"
change "peer added" "json package.json 'd[\"peerDependencies\"][\"left-pad\"]=\"^1.3.0\"'"
change "override of another" "json package.json 'd[\"overrides\"][\"is-buffer\"]=\"1.1.5\"'"
change "override removed" "json package.json 'del d[\"overrides\"]'"
stricter "trusted dependency added" "json package.json 'd[\"trustedDependencies\"]+=[\"semver\"]'"
done_with
project bun "$version" "workspaces, catalog"
echo '{"name":"x","private":true,"workspaces":{"packages":["packages/*"],"catalog":{"isarray":"^2.0.0"},"catalogs":{"old":{"left-pad":"1.2.0"}}},"dependencies":{"ms":"^2.1.0","isarray":"catalog:","left-pad":"catalog:old"}}' | put package.json
echo '{"name":"a","version":"1.0.0","dependencies":{"@s/b":"workspace:^","semver":"^7"}}' | put packages/a/package.json
echo '{"name":"@s/b","version":"1.2.0","devDependencies":{"ms":"2.0.0"}}' | put packages/b/package.json
echo '{"name":"fixture","dependencies":{"left-pad":"1"}}' | put tests/fixture/package.json
fresh lock
change "scripts of a member" "json packages/a/package.json 'd[\"scripts\"]={\"a\":\"b\"}'"
change "dependency added to a member" "json packages/b/package.json 'd[\"dependencies\"]={\"left-pad\":\"^1.3.0\"}'"
change "range of a member" "json packages/b/package.json 'd[\"devDependencies\"][\"ms\"]=\"^1.0.0\"'"
change "dependency removed from a member" "json packages/a/package.json 'del d[\"dependencies\"][\"semver\"]'"
change "member added" "echo '{\"name\":\"c\",\"version\":\"1.0.0\"}' | put packages/c/package.json"
change "member added with a dependency" "echo '{\"name\":\"c\",\"version\":\"1.0.0\",\"dependencies\":{\"left-pad\":\"1\"}}' | put packages/c/package.json"
stricter "member removed" "rm -r packages/a"
change "member renamed" "json packages/a/package.json 'd[\"name\"]=\"aa\"'"
change "version of a member" "json packages/a/package.json 'd[\"version\"]=\"2.0.0\"'"
change "catalog's range" "json package.json 'd[\"workspaces\"][\"catalog\"][\"isarray\"]=\"^2.0.1\"'"
change "fixture" "json tests/fixture/package.json 'd[\"dependencies\"][\"ms\"]=\"1\"'"
done_with
