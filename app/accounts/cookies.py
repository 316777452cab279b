"""The two cookies: which names and flags they carry where, and who the request's viewer is.

Over HTTPS both are `__Host-` and Secure. On http from this very machine (a trial) they are neither, because Safari
drops Secure cookies on http://localhost; on http from anywhere else nobody can sign in or enrol.
"""

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError

from app.accounts.queries import viewer_of
from app.accounts.rules import TOUCH_AFTER
from app.accounts.service import touch_session
from app.kernel.access import NOBODY, admit, current_viewer
from app.kernel.clock import now
from app.kernel.database import db, is_sqlite, sqlite_writer
from app.kernel.errors import Forbidden, Unavailable
from app.kernel.transaction import reading, transact

Cookie = Literal["session", "device"]
log = structlog.get_logger()
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# What the app calls on its own, with nobody touching the screen: it must not keep an idle session open.
HEARTBEATS = {"/api/v1/session", "/api/v1/sync/hello", "/api/v1/sync/changes"}


def register_viewer(app: Flask) -> None:
    """Before each API call: refuse cross-site writes, find out who asks, refuse whom the view does not serve.

    The last comes before the body is read, so that a stranger learns nothing from it and costs nothing.
    """
    app.before_request(_refuse_cross_site)
    app.before_request(_load_viewer)
    app.before_request(_refuse_strangers)
    app.after_request(_note_use)


def cookie_name(cookie: Cookie) -> str:
    """The cookie's name for this request's kind of connection."""
    return f"__Host-pandian-{cookie}" if request.is_secure else f"pandian-{cookie}"


def cookies_possible() -> bool:
    """Whether this connection may carry credentials at all."""
    return request.is_secure or (urlsplit(request.host_url).hostname or "") in LOOPBACK_HOSTS


def require_secure() -> None:
    """Raise Forbidden where signing in or enrolling would send secrets in the clear."""
    if not cookies_possible():
        raise Forbidden("https_required", "Open Pandian over https; the README lists three ways to get a certificate.")


def set_cookie(response: Response, cookie: Cookie, token: str, lifetime: timedelta) -> None:
    """Hand the browser a token it keeps from every script."""
    response.set_cookie(
        cookie_name(cookie),
        token,
        max_age=lifetime,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def clear_cookie(response: Response, cookie: Cookie) -> None:
    """Take a token back."""
    response.delete_cookie(cookie_name(cookie), path="/", secure=request.is_secure, httponly=True, samesite="Strict")


def _load_viewer() -> None:
    g.viewer = NOBODY  # under a pushed application context `g` outlives the request
    if not request.path.startswith("/api/") or not cookies_possible():
        return
    tokens = (request.cookies.get(cookie_name("session")), request.cookies.get(cookie_name("device")))
    if any(tokens):
        with reading() as session:
            g.viewer = viewer_of(session, *tokens, now())


def _refuse_strangers() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    serves = getattr(view, "serves", None)
    if serves is not None:
        admit(serves, current_viewer())


def _note_use(response: Response) -> Response:
    """Note at most once a minute that the session is in use; never wait for SQLite's writer to do so."""
    viewer = current_viewer()
    used_at = viewer.session_used_at
    if viewer.session_id is None or used_at is None or now() - used_at <= TOUCH_AFTER or request.path in HEARTBEATS:
        return response
    in_process_lock = is_sqlite(db.engine)
    if in_process_lock and not sqlite_writer.acquire(blocking=False):
        return response
    session_id = viewer.session_id
    try:
        transact(lambda session: touch_session(session, session_id, now()))
    except (Unavailable, DBAPIError) as error:  # the answer itself is good; the next request notes it
        log.warning("session_not_touched", error=str(error))
    finally:
        if in_process_lock:
            sqlite_writer.release()
    return response


def _refuse_cross_site() -> None:
    if request.method in SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign_origin = origin is not None and urlsplit(origin).netloc != request.host
    if fetch_site not in {None, "same-origin", "none"} or (fetch_site is None and foreign_origin):
        raise Forbidden("cross_site", "Another site's page may not do this.")
