"""What the scheduler runs, in a process of its own and in UTC. Each line is a call into a service."""

from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app
from sqlalchemy.orm import Session

from app.accounts.queries.devices import sites_with_devices
from app.accounts.service.attempts import forget_old_tries
from app.backup.databases import database_at
from app.backup.queries import last_taken
from app.backup.rules import archive_name, is_due
from app.backup.taking import note_taken, prune, take
from app.checks import verify_everything
from app.feed import service as feed
from app.feed.compaction_run import compact
from app.feed.snapshot_run import make_all_due
from app.kernel.clock import now
from app.kernel.database import insert_on
from app.kernel.models import JobRun
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger
from app.receiving import service as receiving
from app.receiving.verify import uncredited as uncredited_receipts
from app.settings import VERSION
from app.stocktake import unknown_codes

SEQUENCE_EVERY_S = 1
CREDIT_EVERY_S = 60
SNAPSHOTS_EVERY_S = 60
BACKUP_ASKED_EVERY_S = 600
log = structlog.get_logger()


def run_scheduler(app: Flask) -> None:
    """Run until told to stop. One per installation; a second one does nothing twice."""
    scheduler = BlockingScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(_in(app, sequence), "interval", seconds=SEQUENCE_EVERY_S, id="sequence")
    scheduler.add_job(_in(app, credit), "interval", seconds=CREDIT_EVERY_S, id="credit")
    scheduler.add_job(_in(app, snapshots), "interval", seconds=SNAPSHOTS_EVERY_S, id="snapshots")
    scheduler.add_job(_in(app, back_up), "interval", seconds=BACKUP_ASKED_EVERY_S, id="back_up")
    scheduler.add_job(_in(app, forget), "cron", minute=7, id="forget")
    scheduler.add_job(_in(app, shorten), "cron", hour=18, minute=41, id="shorten")  # 02:41 in China
    scheduler.add_job(_in(app, prove), "cron", hour=19, minute=11, id="prove")  # 03:11 in China
    scheduler.start()


def sequence() -> None:
    """Number what was committed for the feed, and seal new journals into their site's chain."""
    transact(feed.sequence)
    transact(ledger.seal)


def credit() -> None:
    """Credit scans of codes that the catalogue has come to know since, in every open stocktake and receipt."""
    with reading() as session:
        waiting, receipts = unknown_codes.uncredited(session), uncredited_receipts(session)
    if waiting:
        transact(lambda session: unknown_codes.credit_known(session, now()))
    if receipts:
        transact(lambda session: receiving.credit_known(session, receipts, now()))


def forget() -> None:
    """Forget wrong sign-in tries that no longer matter."""
    moment = now()
    if once("forget", f"{moment:%Y-%m-%dT%H}", moment):
        transact(lambda session: forget_old_tries(session, now()))


def snapshots() -> None:
    """Make the snapshots that new devices begin with, where one is missing or due."""
    with reading() as session:
        site_ids = sites_with_devices(session)
    make_all_due(site_ids)


def back_up() -> None:
    """Take the daily backup if none was taken since it fell due, and let the oldest go. Failures are tried hourly."""
    settings, moment = current_app.config["PANDIAN"], now()
    folder = settings.backup_folder
    with reading() as session:
        last = last_taken(session)
    if folder is None or not is_due(moment, settings.backup_hour, last):
        return
    if once("backup", f"{moment:%Y-%m-%dT%H}", moment):
        path, _ = take(database_at(settings.database_url), folder / archive_name(moment), VERSION, moment)
        transact(lambda session: note_taken(session, moment))
        log.info(
            "backed_up", file=str(path), bytes=path.stat().st_size, gone=prune(folder, settings.backup_keep, moment)
        )


def shorten() -> None:
    """Let the feed forget what newer changes follow, and what has been gone for 90 days."""
    moment = now()
    if once("shorten", f"{moment:%Y-%m-%d}", moment):
        log.info("feed_shortened", forgotten=compact())


def prove() -> None:
    """Prove the book every night; what does not hold is logged as an error."""
    moment = now()
    if once("prove", f"{moment:%Y-%m-%d}", moment):
        with reading() as session:
            findings = verify_everything(session)
        for finding in findings:
            log.error("book_does_not_hold", finding=str(finding))
        log.info("book_proved", findings=len(findings))


def once(job: str, slot: str, moment: datetime) -> bool:
    """Whether this process is the first to run the job for the slot."""

    def claim(session: Session) -> bool:
        row = {"job": job, "slot": slot, "started_at": moment}
        insert = insert_on(session, JobRun).values(row).on_conflict_do_nothing()
        done = session.connection().execute(insert, execution_options={"preserve_rowcount": True})
        return done.rowcount == 1

    return transact(claim)


def _in(app: Flask, work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            try:
                work()
            except Exception as error:  # the next run must come; this one is in the log
                log.error("job_failed", job=work.__name__, exc_info=error)  # noqa: TRY400  # structlog's way

    return run
