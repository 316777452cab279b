"""Somebody at a desk, over HTTP: signs in with a password and calls the API like the screens do."""

from dataclasses import dataclass
from typing import Any

import httpx

from app.demo.push_client import API, Refused


@dataclass
class Desk:
    """A signed-in browser without a screen. Every call raises Refused when the server says no."""

    http: httpx.Client

    @classmethod
    def sign_in(cls, http: httpx.Client, login: str, password: str) -> "Desk":
        """Sign in; the session's cookie stays in `http`."""
        desk = cls(http)
        desk.post("session/password", {"login": login, "password": password})
        return desk

    def get(self, path: str, **query: Any) -> Any:
        """GET a path under /api/v1."""
        return self._read(self.http.get(f"{API}/{path}", params=query))

    def post(self, path: str, body: Any = None) -> Any:
        """POST JSON to a path under /api/v1."""
        return self._read(self.http.post(f"{API}/{path}", json=body if body is not None else {}))

    def put(self, path: str, body: Any) -> Any:
        """PUT JSON to a path under /api/v1."""
        return self._read(self.http.put(f"{API}/{path}", json=body))

    def patch(self, path: str, body: Any) -> Any:
        """PATCH a path under /api/v1 with JSON."""
        return self._read(self.http.patch(f"{API}/{path}", json=body))

    def load(self, path: str, table: str, *, dry_run: bool = False) -> Any:
        """Import a CSV file, for good, or only ask what would happen."""
        answer = self.http.post(
            f"{API}/{path}",
            content=table.encode(),
            params={"dry_run": str(dry_run).lower()},
            headers={"Content-Type": "text/csv"},
        )
        return self._read(answer)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = self.get(path, limit=1000, **query, **({"after": after} if after else {}))
            found += page["rows"]
            after = page.get("next")
            if not after:
                return found

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        body = answer.json() if answer.content else {}
        if not answer.is_success:
            raise Refused(answer.status_code, body)
        return body
