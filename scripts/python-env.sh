#!/usr/bin/env bash
# Makes the virtual environments of the demo and the live tests: a folder .venv-NAME for each row of the table, or for the
# names given, two at a time. Quick where they are already there. A row whose CPython this machine lacks is left out with
# a loud line, under CI=true it is a failure; exit 1 where one could not be made.
set -euo pipefail
cd "$(dirname "$0")/.."

# NAME | CPython series, best first | what pip installs
# `libraries` is the newest of everything; the others hold what older files were written with. Of pandas 3, `libraries`
# has the strings that NumPy holds and `arrow` those that pyarrow holds: which of them pandas uses depends on its presence.
# `py310` and `py39` are there for the bytecode of their Pythons alone, `tasks` for queues and caches.
environments="
libraries | 3.13 3.12 3.11 | numpy>=2 scikit-learn pandas joblib msgpack lz4 dill cloudpickle redis
arrow     | 3.12 3.13      | numpy==2.0.* scikit-learn==1.7.* pandas==3.0.* pyarrow joblib dill cloudpickle
numpy1    | 3.11 3.12      | numpy==1.26.* scikit-learn==1.5.* pandas==2.2.* joblib==1.3.* lz4 dill==0.3.6 cloudpickle==2.2.*
py38      | 3.8            | numpy==1.23.* scikit-learn==1.1.* pandas==1.5.* joblib==1.1.* lz4 dill cloudpickle
py310     | 3.10           | dill cloudpickle
py39      | 3.9            | dill cloudpickle
py36      | 3.6            | numpy==1.19.* scikit-learn==0.24.* pandas==1.1.* joblib==0.14.* lz4
py27      | 2.7            | numpy==1.16.* scikit-learn==0.20.* pandas==0.24.* joblib==0.13.*
tasks     | 3.13 3.12 3.11 | celery[redis] django rq
"

# row NAME: the second and third column of NAME's row.
row() {
  local name series requirements
  while IFS='|' read -r name series requirements; do
    if [ "$(echo $name)" = "$1" ]; then
      series=$(echo $series) requirements=$(echo "$requirements" | xargs)
      echo "$series|$requirements"
      return 0
    fi
  done <<<"$environments"
  echo "python-env: there is no environment called $1" >&2
  return 1
}

# interpreter SERIES…: the first CPython of these series, from pyenv's versions or from PATH.
interpreter() {
  local series candidate
  for series in "$@"; do
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$series".*/bin/python "python$series"; do
      candidate=$(command -v "$candidate" 2>/dev/null) || continue
      "$candidate" -m pip --version >/dev/null 2>&1 || continue
      [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$series" ] || continue
      echo "$candidate"
      return 0
    done
  done
  return 1
}

# make NAME: the folder of one row.
make() {
  local found series requirements python folder=".venv-$1" fresh=".venv-$1.new" site
  found=$(row "$1")
  series=${found%%|*} requirements=${found#*|}
  if [ "$(cat "$folder/brine-requirements" 2>/dev/null)" = "$requirements" ] && "$folder/bin/python" -c "" 2>/dev/null; then
    return 0
  fi
  # shellcheck disable=SC2086
  if ! python=$(interpreter $series); then
    echo "python-env: $folder is NOT made: no CPython ${series// / or } with pip was found" >&2
    [ "${CI:-}" != true ] && [ "${CI:-}" != 1 ]
    return
  fi
  echo "python-env: making $folder with $python" >&2
  rm -rf "$fresh"
  if "$python" -c "import venv" 2>/dev/null; then
    "$python" -m venv --without-pip "$fresh"
    site=$("$fresh/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  else
    # Python 2 knows no venv: a command that adds the folder does for it
    site="$PWD/$fresh/site-packages"
    mkdir -p "$fresh/bin" "$site"
    printf '#!/bin/sh\nPYTHONNOUSERSITE=1 PYTHONPATH="$(dirname "$0")/../site-packages" exec "%s" "$@"\n' \
      "$python" >"$fresh/bin/python"
    chmod +x "$fresh/bin/python"
  fi
  # Only wheels: building these from source takes an hour and a compiler.
  # shellcheck disable=SC2086
  if ! "$python" -m pip install --quiet --disable-pip-version-check --no-compile --only-binary :all: \
    --target "$site" $requirements >"$fresh/pip.log" 2>&1; then
    cat "$fresh/pip.log" >&2
    echo "python-env: $folder could not be made" >&2
    return 1
  fi
  echo "$requirements" >"$fresh/brine-requirements"
  rm -rf "$folder"
  mv "$fresh" "$folder"
  "$folder/bin/python" -c '
import sys
versions = []
for name in "numpy sklearn pandas joblib dill cloudpickle".split():
    try:
        versions.append("%s %s" % (name, __import__(name).__version__))
    except ImportError:
        pass
sys.stderr.write("python-env: %s: python %d.%d.%d, %s\n" % ((sys.argv[1],) + tuple(sys.version_info[:3]) + (", ".join(versions),)))
' "$folder"
}

case $# in
0) sed -n 's/^\([a-z0-9]*\) *|.*/\1/p' <<<"$environments" | xargs -P 2 -n 1 "$0" ;;
1) make "$1" ;;
*) printf '%s\n' "$@" | xargs -P 2 -n 1 "$0" ;;
esac
