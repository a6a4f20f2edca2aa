use super::Does;
use super::shelf_test::Shelf;

#[test]
fn cargo_has_to_be_told_once() {
    let mut shelf = Shelf::of(&[("Cargo.lock", "cargo")]);
    shelf.passes(&[
        "cargo build",
        "cargo test --release",
        "cargo run -- --locked",
        "cargo clippy -- -D warnings",
        "cargo update",
        "cargo nextest run",
    ]);
    shelf.passes(&["cargo install --path .", "cargo build --offline", "cross build", "cargo generate-lockfile"]);
    shelf.asks(&[
        "cargo build --locked",
        "cargo test --frozen",
        "cargo fmt --check",
        "cargo --version",
        "cargo install ripgrep",
        "cargo update --dry-run",
    ]);
    shelf.asks(&[
        "cargo install --locked --path .",
        "cargo deny check",
        "cargo update --locked",
        "cargo build --help",
        "cargo metadata",
        "cargo miri setup",
    ]);
    assert_eq!(shelf.says("cargo clippy --all").unwrap().instead, "cargo clippy --locked");
    assert_eq!(shelf.says("cargo install --path .").unwrap().does, Does::Ignores);
    shelf.before = vec!["cargo fetch --locked"];
    shelf.asks(&["cargo build"]);
    shelf.passes(&["cargo build --manifest-path fuzz/Cargo.toml", "cargo update"]);
}

#[test]
fn go_writes_its_modules_only_where_it_is_told() {
    let mut shelf = Shelf::of(&[("go.mod", "go")]);
    shelf.passes(&["go mod tidy", "go get -u ./...", "go build -mod=mod ./...", "go test --mod=mod"]);
    shelf.asks(&["go build ./...", "go mod download", "go mod tidy -diff", "go get x@v1", "go test -mod=readonly", "go vet -mod=vendor"]);
    shelf.variables = vec![("GOFLAGS", Some("-v -mod=mod"))];
    shelf.passes(&["go build ./..."]);
    shelf.after = vec!["git diff --exit-code"];
    shelf.asks(&["go mod tidy", "go build"]);
}

#[test]
fn bundle_has_to_be_frozen() {
    let mut shelf = Shelf::of(&[("Gemfile.lock", "bundler")]);
    shelf.passes(&["bundle", "bundle install", "bundle install --jobs 4", "bundle update", "bundle lock"]);
    shelf.asks(&[
        "bundle install --frozen",
        "bundle install --deployment",
        "bundle exec rake",
        "bundle config set frozen true",
        "bundle check",
    ]);
    shelf.before = vec!["bundle config set --local path vendor"];
    shelf.passes(&["bundle install"]);
    shelf.before = vec!["bundle config set --local deployment true"];
    shelf.asks(&["bundle install"]);
    (shelf.before, shelf.variables) = (Vec::new(), vec![("BUNDLE_DEPLOYMENT", Some("1"))]);
    shelf.asks(&["bundle", "bundle install"]);
    shelf.variables = Vec::new();
    shelf.texts = vec![(".bundle/config", "---\nBUNDLE_FROZEN: \"true\"\n")];
    shelf.asks(&["bundle install"]);
}

#[test]
fn composer_mix_and_terraform() {
    let mut shelf = Shelf::of(&[("composer.lock", "composer"), ("mix.lock", "mix"), (".terraform.lock.hcl", "terraform")]);
    shelf.passes(&[
        "composer update",
        "composer u --lock",
        "mix deps.get",
        "mix do deps.get, compile",
        "mix do compile + deps.get --only test",
    ]);
    shelf.passes(&[
        "mix deps.update --all",
        "mix deps.unlock --all",
        "terraform init",
        "tofu init -backend=false",
        "terraform -chdir=a init",
    ]);
    shelf.passes(&["terraform init -upgrade", "terraform providers lock"]);
    shelf.asks(&["composer install", "composer global update", "composer update --dry-run", "mix deps.get --check-locked", "mix test"]);
    shelf.asks(&[
        "mix do deps.get --check-locked, compile",
        "mix deps.unlock --check-unused",
        "terraform init -lockfile=readonly",
        "terraform plan",
    ]);
    shelf.variables = vec![("TF_CLI_ARGS_init", Some("-input=false -lockfile=readonly"))];
    shelf.asks(&["terraform init"]);
}

#[test]
fn nix_completes_the_lock_of_the_flake_that_lies_here() {
    let shelf = Shelf::of(&[("flake.lock", "flake"), ("Cargo.lock", "cargo")]);
    shelf.passes(&[
        "nix build",
        "nix build .#x",
        "nix develop",
        "nix run . -- --no-update-lock-file",
        "nix flake check",
        "nix flake update",
    ]);
    shelf.passes(&["nix build --no-write-lock-file", "nix develop -c cargo build", "nix develop .#ci --command make"]);
    shelf.asks(&[
        "nix build --no-update-lock-file",
        "nix run nixpkgs#hello",
        "nix flake check --no-update-lock-file",
        "nix-build",
        "nix fmt",
    ]);
    assert_eq!(shelf.says("nix develop -c cargo build").unwrap().lock, "Cargo.lock");
}

#[test]
fn a_word_that_is_not_known_leaves_a_doubt() {
    let shelf = Shelf::of(&[("package-lock.json", "npm"), ("Cargo.lock", "cargo")]);
    assert!(shelf.says("npm install ?").unwrap().doubt.is_some());
    assert!(shelf.says("npm install --prefix ?").unwrap().doubt.is_none());
    assert!(shelf.says("cargo build --target ?").unwrap().doubt.is_none());
    shelf.asks(&["cargo build --locked ?"]);
}

#[test]
fn a_lock_that_is_made_anew_to_be_looked_at_or_kept_is_meant_so() {
    let mut shelf = Shelf::of(&[("package-lock.json", "npm"), ("Cargo.lock", "cargo")]);
    shelf.after = vec!["git diff --quiet"];
    shelf.asks(&["npm install", "cargo update"]);
    shelf.after = vec!["git status --porcelain"];
    shelf.asks(&["cargo build"]);
    shelf.after = vec!["git diff"];
    shelf.passes(&["npm install", "cargo update"]);
    for keeps in ["git push", "gh pr create", "create-pull-request"] {
        shelf.after = vec![keeps];
        shelf.asks(&["npm update", "cargo update"]);
        shelf.passes(&["npm install", "cargo build"]);
    }
}

#[test]
fn without_a_lock_there_is_nothing_to_go_past() {
    Shelf::of(&[]).asks(&["npm install", "pip install .", "cargo build", "uv sync", "nix build", "yarn", "poetry install"]);
}

#[test]
fn no_words_make_the_tables_fall_over() {
    let shelf = Shelf::of(&[("package-lock.json", "npm"), ("uv.lock", "uv"), ("flake.lock", "flake"), ("mix.lock", "mix")]);
    for command in [
        "",
        "?",
        "npm ?",
        "nix develop -c",
        "nix develop -c nix develop -c npm install",
        "mix do",
        "mix do deps.",
        "pip",
        "uv pip",
        "- -- -",
    ] {
        let _ = shelf.says(command);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_the_words_are_there_is_an_answer(picked in proptest::collection::vec(0_usize..WORDS.len(), 0..8)) {
        let formats = ["npm", "yarn", "pnpm", "uv", "poetry", "requirements", "cargo", "mix", "flake", "terraform", "bundler"];
        let shelf = Shelf::of(&formats.map(|format| ("a/b.lock", format)));
        let command = picked.iter().map(|at| WORDS[*at]).collect::<Vec<_>>().join(" ");
        if let Some(past) = shelf.says(&command) {
            proptest::prop_assert!(past.lock == "a/b.lock" && !past.instead.contains('{'), "{command}: {past:?}");
        }
    }
}

const WORDS: &[&str] = &[
    "npm",
    "yarn",
    "pnpm",
    "pip",
    "uv",
    "poetry",
    "cargo",
    "mix",
    "nix",
    "terraform",
    "bundle",
    "corepack",
    "python",
    "install",
    "run",
    "build",
    "do",
    "deps.get,",
    "+",
    "develop",
    "-c",
    "-m",
    "-r",
    "-e",
    "--",
    "-",
    "--=",
    "?",
    ".",
    "..",
    "../..",
    "init",
    "-chdir=..",
    "--prefix",
    "-Ca",
    "lock",
    "./[x]",
    "é",
    "requirements.in",
];
