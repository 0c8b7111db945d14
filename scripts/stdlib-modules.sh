#!/usr/bin/env bash
# Writes src/audit/stdlib-modules.ts: every top-level module of the standard libraries of the CPythons here.
#     scripts/stdlib-modules.sh > src/audit/stdlib-modules.ts
set -euo pipefail
cd "$(dirname "$0")"

echo '/**
 * The top-level modules of the standard libraries of CPython 2.7 to 3.14, without those whose names begin with `_`.
 * Written by `scripts/stdlib-modules.sh` from the installed CPythons; those of 3.14 are added there by hand.
 */
export const STDLIB_MODULES: string ='
{
  for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python; do "$python" stdlib-modules.py; done
  printf '%s\n' annotationlib compression
} | grep -v -x 'config' | LC_ALL=C sort -u | tr '\n' ' ' | fold -s -w 100 | sed 's/^/  "/; s/$/" +/; $ s/ *" +$/";/'
