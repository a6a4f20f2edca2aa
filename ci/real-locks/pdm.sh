# PDM: `pdm lock --check` compares a hash of the manifest, or what the lock was made from.

check() { pdm lock --check; }
# Newer releases of what it needs have broken it.
python_tool pdm "pdm==2.26.*" "hishel<0.2" "unearth==0.17.*" || absent pdm "pip cannot install it"
export PDM_CHECK_UPDATE=0 PDM_CACHE_DIR=$tools/pdm-cache PDM_IGNORE_SAVED_PYTHON=1 PDM_USE_VENV=0
version=$(pdm --version 2>&1 | grep -oE "[0-9]+\.[0-9.]+" | head -n 1)
project pdm "$version" "one project"
put pyproject.toml <<T
[project]
name = "x"
version = "0.1.0"
description = ""
requires-python = ">=3.10"
dependencies = ["idna>=3.4,<4"]

[project.optional-dependencies]
old = ["six>=1.16"]

[dependency-groups]
dev = ["iniconfig>=2", { include-group = "lint" }]
lint = ["toml"]

[tool.pdm.resolution]
respect-source-order = true

[[tool.pdm.source]]
name = "pypi"
url = "$INDEX"
verify_ssl = false
T
fresh pdm lock
change "description" "sed -i 's/^description.*/description = \"é\"/' pyproject.toml"
change "version" "sed -i 's/^version = .*/version = \"0.2.0\"/' pyproject.toml"
change "scripts, another tool's table" "printf '[tool.pdm.scripts]\nx = \"y\"\n[tool.black]\nline-length = 100\n' >>pyproject.toml"
change "dependency added" "sed -i 's/\"idna/\"toml\", \"idna/' pyproject.toml"
change "dependency removed" "sed -i 's/\"idna>=3.4,<4\"//' pyproject.toml"
change "range that fits" "sed -i 's/>=3.4,<4/>=3.3,<4/' pyproject.toml"
change "range that does not fit" "sed -i 's/>=3.4,<4/<3/' pyproject.toml"
change "group changed" "sed -i 's/iniconfig>=2/iniconfig>=1/' pyproject.toml"
change "group renamed" "sed -i 's/^dev/devs/' pyproject.toml"
change "extra changed" "sed -i 's/six>=1.16/six>=1.15/' pyproject.toml"
change "python" "sed -i 's/>=3.10/>=3.11/' pyproject.toml"
change "source" "sed -i 's/verify_ssl.*/verify_ssl = true/' pyproject.toml"
change "resolution" "sed -i 's/respect-source-order = true/respect-source-order = false/' pyproject.toml"
done_with
