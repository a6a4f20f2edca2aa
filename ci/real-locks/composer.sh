# Composer: `composer validate` compares a hash of the manifest.

check() { composer validate --no-check-publish --no-check-all --no-plugins; }
command -v composer >/dev/null || absent composer "composer is not installed"
export COMPOSER_HOME=$work/composer COMPOSER_NO_INTERACTION=1 COMPOSER_ALLOW_SUPERUSER=1
version=$(composer --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1)
project composer "$version" "one project"
mkdir -p a && echo '{"name":"v/a","version":"1.2.0"}' >a/composer.json
mkdir -p b && echo '{"name":"v/b","version":"2.0.0"}' >b/composer.json
put composer.json <<'T'
{
  "name": "x/y", "description": "é/ü", "type": "project", "license": "MIT",
  "repositories": [ { "type": "path", "url": "a" }, { "type": "path", "url": "b", "options": {} }, { "packagist": false } ],
  "require": { "v/a": "^1.0" },
  "require-dev": { "v/b": "2.*" },
  "config": { "platform": { "php": "8.1.0" }, "sort-packages": true },
  "extra": { "a/b": "é ü 😀", "float": 1.5, "more": 2.0, "big": 1e3, "empty": {}, "list": [], "null": null, "deep": { "x": [ {}, [] ] } },
  "minimum-stability": "stable", "prefer-stable": true
}
T
fresh composer update --no-install --no-plugins
change "description, scripts" "json composer.json 'd[\"description\"]=\"y\"; d[\"scripts\"]={\"a\":\"b\"}; d[\"autoload\"]={\"psr-4\":{\"X\\\\\\\\\":\"src/\"}}'"
change "another config" "json composer.json 'd[\"config\"][\"sort-packages\"]=False'"
change "dependency added" "json composer.json 'd[\"require\"][\"v/b\"]=\"^2\"'"
change "dependency removed" "json composer.json 'del d[\"require-dev\"][\"v/b\"]'"
change "range that fits" "json composer.json 'd[\"require\"][\"v/a\"]=\"^1.1\"'"
change "range that does not fit" "json composer.json 'd[\"require\"][\"v/a\"]=\"^3\"'"
change "moved to dev" "json composer.json 'd[\"require-dev\"][\"v/a\"]=d[\"require\"].pop(\"v/a\")'"
change "platform" "json composer.json 'd[\"config\"][\"platform\"][\"php\"]=\"8.2.0\"'"
change "stability" "json composer.json 'd[\"minimum-stability\"]=\"dev\"'"
change "extra" "json composer.json 'd[\"extra\"][\"a/b\"]=\"c\"'"
change "version" "json composer.json 'd[\"version\"]=\"1.0.0\"'"
change "keys in another order" "json composer.json 'd={k:d[k] for k in reversed(d)}'"
done_with
