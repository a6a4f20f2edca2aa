# uv: `uv lock --check` resolves again and compares.

check() { uv lock --check; }
single() {
    project uv "$version" "one project"
    mkdir -p "$work/uvgit" && (cd "$work/uvgit" && [ -d .git ] || { git init -q -b main . && printf '[project]\nname = "gitdep"\nversion = "1.0"\n' >pyproject.toml && mkdir -p src/gitdep && : >src/gitdep/__init__.py && git add -A && git -c user.name=A -c user.email=a@example.org commit -q -m c && git tag v1; })
    mkdir local && printf '[project]\nname = "local"\nversion = "1.0"\ndependencies = ["toml"]\n' >local/pyproject.toml
    put pyproject.toml <<T
[project]
name = "x"
version = "0.1.0"
description = ""
requires-python = ">=3.10"
dependencies = [
    "idna >= 3.4, < 4",
    "Six>=1.16; python_version < '3.12' and sys_platform != 'win32'",
    "local",
    "gitdep",
    "iniconfig~=2.0",
]

[project.optional-dependencies]
Old_Ones = ["toml", "pathspec; os_name == 'posix'"]

[dependency-groups]
dev = ["pathspec>=0.12.0", { include-group = "lint" }]
lint = ["toml>=0.10"]

[tool.uv]
constraint-dependencies = ["idna<5"]
override-dependencies = ["pathspec==0.12.1"]

[tool.uv.sources]
local = { path = "local", editable = true }
gitdep = { git = "file://$work/uvgit", tag = "v1" }
T
    fresh uv lock
    change "description" "sed -i 's/^description.*/description = \"é\"/' pyproject.toml"
    change "version" "sed -i 's/0.1.0/0.2.0/' pyproject.toml"
    change "scripts, another tool's table" "printf '[project.scripts]\nx = \"x:y\"\n[tool.black]\nline-length = 100\n' >>pyproject.toml"
    change "dependency added" "sed -i 's/    \"idna/    \"toml\",\n&/' pyproject.toml"
    change "dependency removed" "sed -i '/\"iniconfig/d' pyproject.toml"
    change "range that fits" "sed -i 's/>= 3.4/>= 3.3/' pyproject.toml"
    change "range that does not fit" "sed -i 's/>= 3.4, < 4/< 3/' pyproject.toml"
    change "blanks" "sed -i 's/>= 3.4, < 4/<4,>=3.4/' pyproject.toml"
    unsaid "marker" "sed -i 's/3.12/3.13/' pyproject.toml"
    change "moved to a group" "sed -i '/\"iniconfig/d; s/^lint = ./&\"iniconfig~=2.0\", /' pyproject.toml"
    change "group changed" "sed -i 's/toml>=0.10/toml>=0.9/' pyproject.toml"
    change "group added" "sed -i 's/^lint/more = [\"six\"]\nlint/' pyproject.toml"
    change "empty group added" "sed -i 's/^lint/more = []\nlint/' pyproject.toml"
    change "extra added" "sed -i 's/^Old/new = [\"six\"]\nOld/' pyproject.toml"
    change "empty extra added" "sed -i 's/^Old/new = []\nOld/' pyproject.toml"
    change "extra changed" "sed -i 's/\"toml\", //' pyproject.toml"
    change "extra in other letters" "sed -i 's/Old_Ones/old-ones/' pyproject.toml"
    change "python that is newer" "sed -i 's/>=3.10/>=3.11/' pyproject.toml"
    change "python in other words" "sed -i 's/\">=3.10\"/\" >= 3.10 \"/' pyproject.toml"
    change "source removed" "sed -i '/^local = /d; /\"local\"/d' pyproject.toml"
    change "source's tag" "sed -i 's/tag = \"v1\"/branch = \"main\"/' pyproject.toml"
    change "editable no more" "sed -i 's/, editable = true//' pyproject.toml"
    change "dependency of the path" "sed -i 's/\"toml\"/\"toml>0.1\"/' local/pyproject.toml"
    change "constraint" "sed -i 's/idna<5/idna<6/' pyproject.toml"
    change "override" "sed -i 's/pathspec==0.12.1/pathspec>0.1/' pyproject.toml"
    change "build constraint" "sed -i 's/^override/build-constraint-dependencies = [\"setuptools<99\"]\noverride/' pyproject.toml"
    change "conflicts" "sed -i 's/^override/conflicts = [[{ extra = \"old-ones\" }, { group = \"lint\" }]]\noverride/' pyproject.toml"
    change "environments" "sed -i 's/^override/environments = [\"sys_platform == \\x27linux\\x27\"]\noverride/' pyproject.toml"
    change "resolution" "sed -i 's/^override/resolution = \"lowest\"\noverride/' pyproject.toml"
    change "prerelease" "sed -i 's/^override/prerelease = \"allow\"\noverride/' pyproject.toml"
    change "exclude-newer" "sed -i 's/^override/exclude-newer = \"2031-01-01T00:00:00Z\"\noverride/' pyproject.toml"
    change "default groups" "sed -i 's/^override/default-groups = [\"lint\"]\noverride/' pyproject.toml"
    change "package" "sed -i 's/^override/package = true\noverride/' pyproject.toml"
    change "dev-dependencies of before" "sed -i 's/^override/dev-dependencies = [\"six\"]\noverride/' pyproject.toml"
    done_with
}
workspace() {
    project uv "$version" "workspace"
    printf '[project]\nname = "x"\nversion = "0.1.0"\nrequires-python = ">=3.10"\ndependencies = ["a", "idna>=3"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/out"]\n[tool.uv.sources]\na = { workspace = true }\n' >pyproject.toml
    printf '[project]\nname = "a"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["B.b", "six"]\n[tool.uv.sources]\n"b-b" = { workspace = true }\n[dependency-groups]\ndev = ["toml"]\n' | put packages/a/pyproject.toml
    printf '[project]\nname = "b_b"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n' | put packages/b/pyproject.toml
    printf '[project]\nname = "out"\nversion = "1.0"\ndependencies = ["nowhere"]\n' | put packages/out/pyproject.toml
    printf '[project]\nname = "fixture"\nversion = "1.0"\ndependencies = ["nowhere"]\n' | put tests/fixture/pyproject.toml
    fresh uv lock
    change "description of a member" "sed -i 's/^version/description = \"é\"\nversion/' packages/a/pyproject.toml"
    change "version of a member" "sed -i 's/1.0/1.1/' packages/a/pyproject.toml"
    change "dependency added to a member" "sed -i 's/\"six\"/\"six\", \"idna\"/' packages/a/pyproject.toml"
    change "dependency removed from a member" "sed -i 's/, \"six\"//' packages/a/pyproject.toml"
    change "range of a member" "sed -i 's/\"six\"/\"six>1\"/' packages/a/pyproject.toml"
    change "group of a member" "sed -i 's/\"toml\"/\"pathspec\"/' packages/a/pyproject.toml"
    change "python of a member" "sed -i 's/>=3.11/>=3.10/' packages/b/pyproject.toml"
    change "python of all" "sed -i 's/>=3.1./>=3.12/' pyproject.toml packages/*/pyproject.toml"
    change "member added" "printf '[project]\nname = \"c\"\nversion = \"1.0\"\nrequires-python = \">=3.10\"\n' | put packages/c/pyproject.toml"
    change "member removed" "rm -r packages/b; sed -i 's/\"B.b\", //' packages/a/pyproject.toml; sed -i '/uv.sources/,+1d' packages/a/pyproject.toml"
    change "member renamed" "sed -i 's/b_b/bb/' packages/b/pyproject.toml; sed -i 's/B.b/bb/; s/b-b/bb/' packages/a/pyproject.toml"
    change "members named" "sed -i 's/packages\\/\\*/packages\\/a\", \"packages\\/b/' pyproject.toml"
    change "fixture" "sed -i 's/nowhere/elsewhere/' tests/fixture/pyproject.toml"
    change "excluded" "sed -i 's/nowhere/elsewhere/' packages/out/pyproject.toml"
    done_with
    project uv "$version" "workspace without a project at its root"
    printf '[tool.uv.workspace]\nmembers = ["a"]\n[dependency-groups]\ndev = ["toml"]\n' >pyproject.toml
    printf '[project]\nname = "a"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = ["six"]\n' | put a/pyproject.toml
    fresh uv lock
    change "dependency added to a member" "sed -i 's/\"six\"/\"six\", \"idna\"/' a/pyproject.toml"
    change "group of the root" "sed -i 's/\"toml\"/\"pathspec\"/' pyproject.toml"
    change "group removed" "sed -i '/^dev/d' pyproject.toml"
    done_with
}
for one in ${UV:-0.13 0.9 0.5}; do (
    python_tool "uv-$one" "uv==$one.*" || absent "uv $one" "pip cannot install it"
    export UV_INDEX_URL=$INDEX UV_DEFAULT_INDEX=$INDEX UV_CACHE_DIR=$tools/uv-cache UV_PYTHON_DOWNLOADS=never
    version=$(uv --version | cut -d' ' -f2)
    single
    workspace
); done
