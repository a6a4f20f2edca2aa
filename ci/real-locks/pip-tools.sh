# pip-tools has no check of its own: what is expected of gate stands here.

python_tool pip-tools pip-tools || absent pip-tools "pip cannot install it"
export PIP_INDEX_URL=$INDEX PIP_CONFIG_FILE=/dev/null
version=$(pip-compile --version | grep -oE '[0-9.]+$')
# As the answer of a tool that would compile again and find the text changed.
check() { cp requirements.txt "$work/before" && pip-compile --quiet --generate-hashes --output-file "$work/again" requirements.in && diff <(grep == "$work/before") <(grep == "$work/again"); }
project pip-tools "$version" "requirements.in"
printf 'idna>=3.4,<4\nSix[x]>=1.16 ; python_version < "3.14"\n' >requirements.in
fresh pip-compile --quiet --generate-hashes --output-file requirements.txt requirements.in
change "comment" "echo '# c' >>requirements.in"
change "dependency added" "echo toml >>requirements.in"
change "range that fits" "sed -i 's/>=3.4/>=3.3/' requirements.in"
change "range that does not fit" "sed -i 's/>=3.4,<4/<3/' requirements.in"
done_with
