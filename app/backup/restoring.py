"""Restoring: beside, brought up to date, proved, and only then in the place of what was there, all or nothing."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import upgrade
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import PersonSession
from app.backup.archive import unpack
from app.backup.databases import Database
from app.backup.rules import CannotBackUp, Facts, Manifest, different
from app.backup.taking import note_taken
from app.checks import verify_everything
from app.feed import service as feed
from app.kernel.database import db
from app.kernel.findings import Finding
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger


class Application(Protocol):
    """An application over some database."""

    extensions: dict[str, Any]

    def app_context(self) -> AbstractContextManager[object]:
        """Within it, `db` is the application's own database."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: the archive's manifest, what `verify` found, and where the former database is kept."""

    manifest: Manifest
    epoch: str
    findings: list[Finding]
    former: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `replace`: over a database that somebody would miss. `only_check`: put it nowhere."""

    archive: Path
    replace: bool = False
    only_check: bool = False


def restore(database: Database, order: Order, application_on: Callable[[str], Application], now: datetime) -> Restored:
    """Restore the archive, or only check that it could be. Raises CannotBackUp, and then nothing has changed.

    `application_on` makes an application on the database of a URL.
    """
    if not (order.replace or order.only_check) and database.holds_something():
        raise CannotBackUp(
            "There is a database with content already. --replace puts the backup in its place, and keeps the present "
            "one under another name."
        )
    with tempfile.TemporaryDirectory(prefix="pandian-restore-", dir=database.workplace) as folder:
        manifest = unpack(order.archive, Path(folder))
        _refuse_foreign(manifest, database)
        staged = database.stage(Path(folder) / database.part)
    try:
        _refuse_different(manifest, database.facts_of(staged))
        epoch, findings = _make_ready(application_on(staged), manifest, now)
        if order.only_check:
            database.discard(staged)
            return Restored(manifest, epoch, findings, None)
        former = database.take_over(staged, f"before-{now:%Y%m%dT%H%M%SZ}")
    except BaseException:
        database.discard(staged)
        raise
    return Restored(manifest, epoch, findings, former)


def told_of(done: Restored, *, only_check: bool) -> list[str]:
    """What happened, in sentences for whoever restores."""
    facts, taken = done.manifest.facts, done.manifest.made_at
    age = f"the backup of {taken:%Y-%m-%d %H:%M} UTC ({facts.rows.get('device_record', 0):,} records)"
    lines = [f"This can be restored: {age}." if only_check else f"Restored: {age}."]
    if done.former:
        lines.append(f"What was there before is kept as {done.former}; remove it when nobody misses anything.")
    if not only_check:
        lines.append("A new epoch has begun: devices send again what they keep (14 days). Everybody signs in anew.")
    lines += [str(finding) for finding in done.findings]
    lines.append(
        f"{len(done.findings)} findings." if done.findings else "The book holds: balances, chain, tallies, logs, feed."
    )
    return lines


def _refuse_foreign(manifest: Manifest, database: Database) -> None:
    if manifest.engine != database.kind:
        raise CannotBackUp(f"The backup is of {manifest.engine}; DATABASE_URL names {database.kind}.")
    database.check_version(manifest.engine_version)


def _refuse_different(manifest: Manifest, found: Facts) -> None:
    wrong = different(manifest.facts, found)
    if wrong:
        raise CannotBackUp(f"What came out of the backup is not what went in: {'; '.join(wrong)}")


def _make_ready(app: Application, manifest: Manifest, now: datetime) -> tuple[str, list[Finding]]:
    """Bring it up to this release's schema, begin a new epoch, and prove it; the epoch and what does not hold."""
    with app.app_context():
        try:
            _bring_up(app, manifest)
            epoch = transact(lambda session: _begin_anew(session, manifest, now))
            transact(feed.sequence)
            transact(ledger.seal)
            with reading() as session:
                return epoch, verify_everything(session)
        finally:
            db.engine.dispose()


def _bring_up(app: Application, manifest: Manifest) -> None:
    known = ScriptDirectory(str(app.extensions["migrate"].directory))
    try:
        known.get_revision(manifest.facts.revision or "base")
    except CommandError as error:
        raise CannotBackUp(
            f"The backup's schema ({manifest.facts.revision}) is newer than this release of Pandian "
            f"({known.get_current_head()}); update Pandian first."
        ) from error
    if manifest.facts.revision != known.get_current_head():
        upgrade()


def _begin_anew(session: Session, manifest: Manifest, now: datetime) -> str:
    """A new epoch, so that devices send again what they keep; and nobody is signed in who has signed out since."""
    session.execute(update(PersonSession).where(PersonSession.ended_at.is_(None)).values(ended_at=now))
    note_taken(session, manifest.made_at)  # the one it came out of, which did not know of itself yet
    return feed.new_epoch(session, now)
