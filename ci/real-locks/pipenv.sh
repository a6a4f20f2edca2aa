# Pipenv: `pipenv verify` compares a hash of the Pipfile.

check() { pipenv verify; }
python_tool pipenv pipenv || absent pipenv "pip cannot install it"
export PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_VENV_IN_PROJECT=1 PIPENV_NOSPIN=1 PIPENV_CACHE_DIR=$tools/pipenv-cache WORKON_HOME=$work/venvs
version=$(pipenv --version | grep -oE '[0-9.]+$')
project pipenv "$version" "one project"
put Pipfile <<T
[[source]]
url = "$INDEX"
verify_ssl = false
name = "own"

[packages]
idna = ">=3.4,<4"
Six = {version = "*", markers = "python_version < '3.12'"}

[dev-packages]
iniconfig = "~=2.0"

[docs]
toml = "*"

[requires]
python_version = "3.11"
T
fresh pipenv lock
change "comment" "echo '# c' >>Pipfile"
change "scripts" "printf '[scripts]\na = \"b\"\n' >>Pipfile"
change "dependency added" "sed -i 's/^idna/toml = \"*\"\nidna/' Pipfile"
change "dependency removed" "sed -i '/^idna/d' Pipfile"
change "range that fits" "sed -i 's/>=3.4/>=3.3/' Pipfile"
change "range that does not fit" "sed -i 's/>=3.4,<4/<3/' Pipfile"
change "moved to dev" "sed -i '/^idna/d; s/^iniconfig.*/&\nidna = \">=3.4,<4\"/' Pipfile"
change "category" "sed -i 's/^toml.*/toml = \">0\"/' Pipfile"
change "python" "sed -i 's/3.11/3.12/' Pipfile"
change "source" "sed -i 's/name = \"own\"/name = \"other\"/' Pipfile"
change "name in other letters" "sed -i 's/^Six/six/' Pipfile"
done_with
