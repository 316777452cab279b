#!/usr/bin/env bash
# Install a requirements file into .venv: with uv when it is there, else with pip.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1

echo "Python: installing $requirements"
if [ -x .venv/bin/uv ]; then
  .venv/bin/uv pip install --quiet --python .venv/bin/python -r "$requirements" && exit 0
  echo "Python: uv could not, trying pip" >&2
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$requirements"
