#!/usr/bin/env bash
# The web server with the scheduler beside it; ctrl-C, or the end of either, stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
url="http://${HOST:-127.0.0.1}:${PORT:-8000}"

# In sessions of their own, ctrl-C does not reach them: this shell does, and tells them to finish what they do.
setsid .venv/bin/python -m gunicorn --config app/gunicorn.py &
server=$!
setsid .venv/bin/flask scheduler &
scheduler=$!

finish() {
  trap - INT TERM HUP
  kill -TERM "$server" "$scheduler" 2>/dev/null || true
  wait "$server" "$scheduler" 2>/dev/null || true
}
trap 'finish; echo "Pandian has stopped."; exit 0' INT TERM HUP

for _ in $(seq 60); do
  if .venv/bin/python -c "import sys, urllib.request as u; u.urlopen('$url/healthz', timeout=1)" 2>/dev/null; then
    printf '\n  Pandian is open at %s   (ctrl-C stops it)\n\n' "$url"
    break
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.25
done

status=0
wait -n "$server" "$scheduler" || status=$?
echo "One of the two processes ended (status $status); stopping the other." >&2
finish
exit 1
