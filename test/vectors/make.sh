#!/bin/sh
# Makes vectors.json again with every Python given (default: pyenv's), the oldest first.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
[ $# -gt 0 ] || set -- $(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python | sort -V)
count=100
for python in "$@"; do
  count=$((count + 1))
  PYTHONHASHSEED=0 "$python" generate.py > "$folder/$count.json"
done
"$python" join.py "$folder"/*.json > vectors.json
rm -r "$folder"
