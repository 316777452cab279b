#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests, or say how to get one.
set -euo pipefail

for candidate in "${PANDIAN_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$candidate" ] && command -v "$candidate"; then
    exit 0
  fi
done
echo "No Chromium here. Install it with: sudo apt-get install chromium (or name one: PANDIAN_CHROMIUM=/path)" >&2
exit 1
