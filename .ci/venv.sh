#!/usr/bin/env bash
# Make .venv with the first Python 3.11 or newer, and uv in it when the registry has it for this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
  echo "Python 3.11 or newer is missing. Install it with: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "$("$python" -V) is too old: 3.11 or newer is needed. Name another with: make PYTHON=python3.12 …" >&2
  exit 1
fi
if [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && .venv/bin/python -m pip --version >/dev/null 2>&1; then
  echo "Python: using the .venv that is there"
else
  echo "Python: making .venv"
  # Debian parts ensurepip from Python; without it venv would fail halfway and leave a broken folder.
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python's venv module is missing. Install it with: sudo apt-get install python3-venv (or python$version-venv)" >&2
    exit 1
  fi
  "$python" -m venv --clear .venv
fi

if [ ! -x .venv/bin/uv ]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5' \
    || echo "Python: uv is not to be had here, pip will do (slower)"
fi
