# cargo: `cargo metadata --locked` refuses a lock that it would write anew.

check() { cargo metadata --locked --format-version 1; }
command -v cargo >/dev/null || absent cargo "cargo is not installed"
version=$(cargo --version | cut -d' ' -f2)
member() { # member FOLDER NAME REST
    mkdir -p "$1/src" && : >"$1/src/lib.rs"
    printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\n%b' "$2" "$3" >"$1/Cargo.toml"
}
repository() { # repository FOLDER NAME: a package in a repository of its own, beside the project
    mkdir -p "$1" && (cd "$1" && git init -q . && member . "$2" "" && git add -A && git -c user.name=A -c user.email=a@example.org commit -q -m c)
}
project cargo "$version" "one package"
repository "$work/gitdep" gitdep
member . x '[features]\ndefault = []\nmore = ["dep:ryu"]\n[dependencies]\nitoa = "1.0"\nren = { package = "memchr", version = "2" }\nryu = { version = "1", optional = true }\ngitdep = { git = "file://'"$work"'/gitdep" }\nlocal = { path = "local" }\n[dev-dependencies]\nfnv = "1"\n[build-dependencies]\ncfg-if = ">=1, <2"\n[target."cfg(windows)".dependencies]\nlazy_static = "1"\n'
member local local '[dependencies]\nfnv = "1"\n'
member tests/fixture fixture '[dependencies]\nleft = "9"\n[workspace]\n'
fresh cargo generate-lockfile
change "description" "sed -i 's/^edition/description = \"é\"\nedition/' Cargo.toml"
change "edition, rust-version" "sed -i 's/^edition.*/edition = \"2018\"\nrust-version = \"1.70\"/' Cargo.toml"
change "version" "sed -i '0,/0.1.0/s//0.2.0/' Cargo.toml"
change "dependency added" "sed -i 's/^itoa/bitflags = \"2\"\nitoa/' Cargo.toml"
change "dependency removed" "sed -i '/^itoa/d' Cargo.toml"
change "range that fits" "sed -i 's/^itoa.*/itoa = \"1\"/' Cargo.toml"
change "range that does not fit" "sed -i 's/^itoa.*/itoa = \"0.4\"/' Cargo.toml"
change "moved to dev" "sed -i '/^itoa/d; s/^fnv/itoa = \"1.0\"\nfnv/' Cargo.toml"
change "target changed" "sed -i 's/cfg(windows)/cfg(unix)/' Cargo.toml"
change "renamed" "sed -i 's/^ren /ran /' Cargo.toml"
change "optional no more" "sed -i 's/, optional = true//; /^more/d' Cargo.toml"
change "own feature" "sed -i 's/^default.*/default = [\"more\"]/' Cargo.toml"
change "feature of a dependency" "sed -i 's/^itoa.*/itoa = { version = \"1.0\", default-features = false }/' Cargo.toml"
laxer "feature that needs more" "sed -i 's/^ren .*/ren = { package = \"memchr\", version = \"2\", features = [\"logging\"] }/' Cargo.toml"
change "git to another place" "sed -i 's/gitdep\" }/other\" }/' Cargo.toml"
change "git branch" "sed -i 's/gitdep\" }/gitdep\", branch = \"b\" }/' Cargo.toml"
change "path's dependency" "printf 'itoa = \"1\"\n' >>local/Cargo.toml"
change "path's dependency that is new" "printf 'bitflags = \"2\"\n' >>local/Cargo.toml"
change "path's version" "sed -i 's/0.1.0/0.1.1/' local/Cargo.toml"
change "patch added" "printf '[patch.crates-io]\nitoa = { path = \"itoa\" }\n' >>Cargo.toml; member itoa itoa ''; sed -i 's/0.1.0/1.0.99/' itoa/Cargo.toml"
change "profile" "printf '[profile.release]\nlto = true\n' >>Cargo.toml"
change "fixture" "printf 'right = \"1\"\n' >>tests/fixture/Cargo.toml"
done_with
project cargo "$version" "workspace"
printf '[workspace]\nmembers = ["crates/*", "tool"]\nexclude = ["crates/out"]\nresolver = "2"\n[workspace.package]\nversion = "0.3.0"\n[workspace.dependencies]\nitoa = "1.0"\nryu = { version = "1", default-features = false }\n[patch.crates-io]\nfnv = { path = "fnv" }\n' >Cargo.toml
member fnv fnv '' && sed -i 's/0.1.0/1.0.99/' fnv/Cargo.toml
member crates/a a '[dependencies]\nitoa.workspace = true\nb = { path = "../b", version = "0.1" }\nfnv = "1"\n'
member crates/b b '[dependencies]\nryu = { workspace = true, features = [] }\n'
member tool tool '[dev-dependencies]\ncfg-if = "1"\n' && sed -i 's/^version.*/version.workspace = true/' tool/Cargo.toml
member crates/out out '[dependencies]\nmissing-nowhere = "1"\n'
member crates/a/tests/fixture fixture '[dependencies]\nmissing-nowhere = "1"\n'
fresh cargo generate-lockfile
change "description of a member" "sed -i 's/^edition/description = \"é\"\nedition/' crates/a/Cargo.toml"
change "version of a member" "sed -i 's/0.1.0/0.1.1/' crates/b/Cargo.toml"
change "version of all" "sed -i 's/0.3.0/0.4.0/' Cargo.toml"
change "dependency added to a member" "printf 'cfg-if = \"1\"\n' >>crates/b/Cargo.toml"
change "dependency that is new" "printf 'bitflags = \"2\"\n' >>crates/b/Cargo.toml"
change "dependency removed from a member" "sed -i '/^itoa/d' crates/a/Cargo.toml"
change "range of all that fits" "sed -i 's/itoa = \"1.0\"/itoa = \"1\"/' Cargo.toml"
change "range of all that does not fit" "sed -i 's/itoa = \"1.0\"/itoa = \"0.4\"/' Cargo.toml"
change "dependency of all that nobody uses" "sed -i 's/^ryu/bitflags = \"2\"\nryu/' Cargo.toml"
change "member added" "member crates/c c ''"
change "member added with a dependency" "member crates/c c '[dependencies]\nitoa = \"1\"\n'"
change "member removed" "rm -r tool; sed -i 's/, \"tool\"//' Cargo.toml"
change "member renamed" "sed -i 's/name = \"tool\"/name = \"tools\"/' tool/Cargo.toml"
change "patch removed" "sed -i '/^.patch/,\$d' Cargo.toml"
change "patch's version" "sed -i 's/1.0.99/1.0.98/' fnv/Cargo.toml"
change "excluded" "printf 'right = \"1\"\n' >>crates/out/Cargo.toml"
change "fixture" "printf 'right = \"1\"\n' >>crates/a/tests/fixture/Cargo.toml"
done_with
project cargo "$version" "virtual root without globs"
printf '[workspace]\nmembers = ["a"]\nresolver = "2"\n' >Cargo.toml
member a a '[dependencies]\nitoa = "1.0"\nlocal = { path = "../local" }\n'
member local local ''
fresh cargo generate-lockfile
change "dependency of a path that is member by that" "printf '[dependencies]\nitoa = \"1\"\n' >>local/Cargo.toml"
change "folder that is no member" "member other other '[dependencies]\nitoa = \"1\"\n[workspace]\n'"
done_with
