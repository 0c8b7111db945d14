#!/usr/bin/env bash
# Makes .venv-libraries: the newest CPython here with the libraries whose pickles the demo and the live tests use.
# Quick when it is already there. Exit 1 where it cannot be made.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.venv-libraries
stamp="$folder/brine-requirements"
requirements="numpy>=2 scikit-learn pandas joblib msgpack"

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$requirements" ] && "$folder/bin/python" -c "" 2>/dev/null; then
  exit 0
fi

newest() {
  local candidate
  for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python python3.13 python3.12 python3.11 python3; do
    candidate=$(command -v "$candidate" 2>/dev/null) || continue
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue
    echo "$candidate"
    return 0
  done
  return 1
}

python=$(newest) || { echo "python-env: no CPython 3.10 or later with venv was found" >&2; exit 1; }
echo "python-env: making $folder with $python" >&2
rm -rf "$folder"
"$python" -m venv "$folder"
# Only wheels: building these from source takes an hour and a compiler.
# shellcheck disable=SC2086
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: $requirements
echo "$requirements" > "$stamp"
"$folder/bin/python" -c '
import sys, numpy, sklearn, pandas, joblib
print("python-env: python %d.%d.%d, numpy %s, scikit-learn %s, pandas %s, joblib %s" % (sys.version_info[:3] + (
    numpy.__version__, sklearn.__version__, pandas.__version__, joblib.__version__)), file=sys.stderr)'
