# Bundler: the lock that it would write now is the one that is there. Its gems are built here and installed into a folder, because nothing is fetched.

check() { bundle lock --local --print 2>/dev/null | diff - Gemfile.lock; }
{ command -v bundle && command -v gem; } >/dev/null || absent bundler "bundler is not installed"
export BUNDLE_APP_CONFIG=$work/bundle GEM_HOME=$work/gems
version=$(bundle --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1)
made=$(mktemp -d "$work/made.XXXX")
for gem in a-1.2.0 b-1.0.0 b-1.2.0 c-1.2.0; do
    needs=
    [ "$gem" != a-1.2.0 ] || needs='s.add_dependency "b", "~> 1.0"'
    echo "Gem::Specification.new { |s| s.name = \"${gem%-*}\"; s.version = \"${gem#*-}\"; s.summary = \"x\"; s.authors = [\"x\"]; $needs }" >"$made/$gem.gemspec"
    (cd "$made" && gem build -q "$gem.gemspec" && gem install -q --local --no-document --force "./$gem.gem") >"$made/said" 2>&1 || absent bundler "$(tail -n 1 "$made/said")"
done
project bundler "$version" "one project"
put Gemfile <<'T'
source "https://gems.example/"
gem "a", "~> 1.0"
group :test do
  gem "b"
end
T
fresh bundle lock --local
change "comment" "echo '# more' >>Gemfile"
change "dependency added" "echo 'gem \"c\"' >>Gemfile"
change "dependency removed" "sed -i '/\"b\"/d' Gemfile"
change "range that fits" "sed -i 's/~> 1.0/>= 1.1/' Gemfile"
change "range that does not fit" "sed -i 's/~> 1.0/~> 2.0/' Gemfile"
change "moved to another group" "sed -i 's/:test/:development/' Gemfile"
unsaid "code" "echo 'gem \"c\" if true' >>Gemfile"
unsaid "a path" "echo 'gem \"c\", path: \"c\"' >>Gemfile"
done_with
