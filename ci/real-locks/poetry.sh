# Poetry 1 and 2: `poetry check --lock` compares a hash of the manifest.

check() { poetry check --lock 2>&1 | tee /dev/stderr | (! grep -qE 'changed significantly|lock file .*(not up to date|does not exist)|incompatible'); }

classic() { # The tables of Poetry itself.
    project poetry "$1" "tool.poetry"
    put pyproject.toml <<T
[tool.poetry]
name = "x"
version = "0.1.0"
description = ""
authors = ["A <a@example.org>"]
package-mode = false

[tool.poetry.dependencies]
python = "^3.10"
idna = ">=3.4,<4"
six = { version = "^1.16", optional = true, python = "<3.13", markers = "sys_platform != 'win32'" }

[tool.poetry.extras]
old = ["six"]

[tool.poetry.group.dev.dependencies]
iniconfig = "^2"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
toml = "*"
T
    printf '\n[[tool.poetry.source]]\nname = "own"\nurl = "%s"\n%s\n' "$INDEX" "$primary" >>pyproject.toml
    fresh poetry lock -n
    change "description" "sed -i 's/^description.*/description = \"é\"/' pyproject.toml"
    change "version" "sed -i 's/^version = .*/version = \"0.2.0\"/' pyproject.toml"
    change "scripts" "printf '[tool.poetry.scripts]\nx = \"x:y\"\n' >>pyproject.toml"
    change "another tool's table" "printf '[tool.black]\nline-length = 100\n' >>pyproject.toml"
    change "dependency added" "sed -i 's/^idna/toml = \"*\"\nidna/' pyproject.toml"
    change "dependency removed" "sed -i '/^idna/d' pyproject.toml"
    change "range that fits" "sed -i 's/>=3.4,<4/>=3.3,<4/' pyproject.toml"
    change "range that does not fit" "sed -i 's/>=3.4,<4/<3/' pyproject.toml"
    change "moved to a group" "sed -i '/^idna/d; s/^iniconfig.*/&\nidna = \">=3.4,<4\"/' pyproject.toml"
    change "group renamed" "sed -i 's/group.dev/group.test/' pyproject.toml"
    change "extra renamed" "sed -i 's/^old/older/' pyproject.toml"
    change "python" "sed -i 's/\\^3.10/^3.11/' pyproject.toml"
    change "source added" "printf '[[tool.poetry.source]]\nname = \"y\"\nurl = \"https://index.example/simple\"\npriority = \"supplemental\"\n' >>pyproject.toml"
    change "keys in another order" "sed -i '/^idna/d; s/^six.*/&\nidna = \">=3.4,<4\"/' pyproject.toml"
    change "dev-dependencies of before" "printf '[tool.poetry.dev-dependencies]\npathspec = \"*\"\n' >>pyproject.toml"
    done_with
}
modern() { # `[project]`, groups of PEP 735 where this Poetry knows them.
    project poetry "$1" "PEP 621"
    put pyproject.toml <<T
[project]
name = "x"
version = "0.1.0"
description = ""
requires-python = ">=3.10,<4"
dependencies = ["idna>=3.4,<4"]

[project.optional-dependencies]
old = ["six>=1.16"]

[dependency-groups]
dev = ["iniconfig>=2"]

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
idna = { source = "own" }

[tool.poetry.group.docs.dependencies]
toml = "*"
T
    printf '\n[[tool.poetry.source]]\nname = "own"\nurl = "%s"\n%s\n' "$INDEX" "$primary" >>pyproject.toml
    fresh poetry lock -n
    change "description" "sed -i 's/^description.*/description = \"é\"/' pyproject.toml"
    change "version" "sed -i 's/^version = .*/version = \"0.2.0\"/' pyproject.toml"
    change "dependency added" "sed -i 's/\"idna/\"toml\", \"idna/' pyproject.toml"
    change "dependency removed" "sed -i 's/\"idna>=3.4,<4\"//' pyproject.toml"
    change "range that fits" "sed -i 's/>=3.4,<4/>=3.3,<4/' pyproject.toml"
    change "blanks in a range" "sed -i 's/>=3.4,<4/>=3.4, <4/' pyproject.toml"
    change "range that does not fit" "sed -i 's/>=3.4,<4/<3/' pyproject.toml"
    change "group of PEP 735 changed" "sed -i 's/iniconfig>=2/iniconfig>=1/' pyproject.toml"
    change "group of PEP 735 removed" "sed -i '/dependency-groups/,+2d' pyproject.toml"
    change "extra changed" "sed -i 's/six>=1.16/six>=1.15/' pyproject.toml"
    change "python" "sed -i 's/>=3.10,<4/>=3.11,<4/' pyproject.toml"
    change "source of a dependency" "sed -i '/^idna = /d' pyproject.toml"
    change "group of Poetry changed" "sed -i 's/toml = \"\\*\"/toml = \">0\"/' pyproject.toml"
    change "classifiers, urls" "sed -i 's/^description/classifiers = []\nurls = {}\ndescription/' pyproject.toml"
    done_with
}
for one in ${POETRY:-2.5 2.3 2.2 2.0 1.8}; do (
    python_tool "poetry-$one" "poetry==$one.*" || absent "poetry $one" "pip cannot install it"
    export POETRY_CACHE_DIR=$tools/poetry-cache POETRY_VIRTUALENVS_CREATE=false PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring
    version=$(poetry --version | sed 's/.*version //; s/)//')
    primary='priority = "primary"'
    case $one in 1.*) ;; *) modern "$version" ;; esac
    classic "$version"
); done
