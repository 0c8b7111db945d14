#!/bin/sh
# Makes vectors/vectors.json again: pyenv's Pythons 3.8 to 3.13, each with the newest dill and cloudpickle that it takes
# and one with old ones, which pip installs into a folder that is thrown away.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
count=100
# So that no folder's name gets into the code objects.
run='exec(compile(open("generate.py").read(), "generate.py", "exec"))'
one() {
  count=$((count + 1))
  python=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python | sort -V | tail -1)
  shift
  "$python" -m pip install --quiet --disable-pip-version-check --target "$folder/$count" "$@"
  PYTHONHASHSEED=0 PYTHONPATH="$folder/$count" "$python" -c "$run" > "$folder/$count.json"
}
for series in 3.8 3.9 3.10 3.11 3.12 3.13; do one $series dill cloudpickle; done
one 3.8 dill==0.3.6 cloudpickle==1.6.0
one 3.11 dill==0.3.6 cloudpickle==2.2.1
"$python" -c 'import json, sys
print(json.dumps([json.load(open(path)) for path in sys.argv[1:]], separators=(",", ":")).replace("},\"", "},\n\""))' \
  "$folder"/*.json > vectors/vectors.json
rm -r "$folder"
