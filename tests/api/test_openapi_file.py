"""static/openapi.json, from which the front end's types are made, is what the server says of itself."""

import json

from flask import Flask

from app.settings import ROOT

FILE = ROOT / "static" / "openapi.json"


def test_the_file_is_as_fresh_as_the_server(session_app: Flask) -> None:
    served = session_app.test_client().get("/api/v1/openapi.json").json
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    for part in ("paths", "components"):
        stale = [name for name in {*served[part], *kept[part]} if served[part].get(name) != kept[part].get(name)]
        assert stale == [], f"run `make api` and commit what it writes: {part} {sorted(stale)}"
    assert served == kept
