"""What `flask …` offers. Each command is a call into a service or the demo."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import httpx
from flask import Flask, current_app
from sqlalchemy import select

from app.accounts.queries import GrantRow
from app.accounts.service.people import NewPerson, create_person, sealed_password
from app.backup.databases import database_at
from app.backup.restoring import Order, told_of
from app.backup.restoring import restore as restore_archive
from app.backup.rules import CannotBackUp
from app.backup.taking import note_taken, take
from app.checks import verify_everything
from app.demo.desk import Desk
from app.demo.progress import start_count
from app.demo.shop import ADMINISTRATOR, PASSWORD, WORKERS, set_up
from app.jobs import run_scheduler, sequence
from app.kernel.clock import now
from app.kernel.database import db
from app.kernel.telemetry import configure_logging
from app.kernel.transaction import reading, transact
from app.settings import VERSION
from app.sites.models import Site

LOOPBACK = "http://127.0.0.1"


def register_commands(app: Flask) -> None:
    """Add Pandian's commands to `flask`."""
    for command in (create_admin, demo_data, demo, verify, backup, restore, scheduler):
        app.cli.add_command(command)


@click.command("create-admin")
@click.argument("login")
@click.argument("name")
@click.password_option()
def create_admin(login: str, name: str, password: str) -> None:
    """Make the first administrator of an installation."""
    _create_administrator(login, name, password)
    click.echo(f"{name} can sign in as {login}.")


def _create_administrator(login: str, name: str, password: str) -> None:
    grants = (GrantRow(site_id=None, role="administrator"),)
    person = NewPerson(login=login, name=name, grants=grants, password_hash=sealed_password(password, login))
    transact(lambda session: create_person(session, person, now()))


@click.command("demo-data")
def demo_data() -> None:
    """Fill an empty installation with a company to try Pandian on; does nothing where there are sites already.

    It goes in by the calls of the API, in many transactions. Where that breaks off it says so, and the installation
    must be emptied before another try: what is booked is never deleted.
    """
    with reading() as session:
        if session.scalar(select(Site.id).limit(1)) is not None:
            click.echo("There are sites already; the demo data was left out.")
            return
    configure_logging("WARNING")
    try:
        _fill()
    except Exception as error:
        raise click.ClickException(
            f"The demo data broke off half-way and is not complete: {type(error).__name__}: {error}\n"
            "Start again from an empty database: remove the file under instance/ (or drop and create the database that "
            "DATABASE_URL names), and run `flask db upgrade` and `flask demo-data`."
        ) from error
    sequence()
    click.echo("A company to try Pandian on is ready. At the desk:")
    for worker in WORKERS:
        click.echo(f"  {worker.login:<11} {worker.role:<14} password {PASSWORD}   PIN on a device {worker.pin}")


def _fill() -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # how Flask says it
    connect = _inside(app)
    _create_administrator(ADMINISTRATOR.login, ADMINISTRATOR.name, PASSWORD)
    desk = Desk.sign_in(connect(), ADMINISTRATOR.login, PASSWORD)
    company = set_up(desk, now() - timedelta(hours=3))
    start_count(Desk.sign_in(connect(), "supervisor", PASSWORD), connect, company, now())


def _inside(app: Flask) -> Callable[[], httpx.Client]:
    """HTTP to this very process, through the whole application, without a port."""

    def connect() -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(app=app, raise_app_exceptions=False), base_url=LOOPBACK)

    return connect


@click.command("demo")
@click.option("--photos", type=click.Path(exists=True, file_okay=False, path_type=Path), help="count these photographs")
def demo(photos: Path | None) -> None:
    """Play a whole stocktake against a server of its own; the exit code says whether everything held."""
    from app.demo.server import private_server  # noqa: PLC0415  # the server must not import what only the demo needs
    from app.demo.story import play  # noqa: PLC0415  # nor OpenCV with the scanner

    with private_server() as (url, database):
        other = _application_on(database)
        with other.app_context():
            _create_administrator(ADMINISTRATOR.login, ADMINISTRATOR.name, PASSWORD)

        def prove() -> list[str]:
            with other.app_context():
                sequence()
                with reading() as session:
                    return [str(finding) for finding in verify_everything(session)]

        failures = play(lambda: httpx.Client(base_url=url, timeout=60), prove, click.echo, photos)
    raise SystemExit(1 if failures else 0)


def _application_on(database: str) -> Flask:
    from app import create_app  # noqa: PLC0415  # create_app imports this module
    from app.settings import Settings  # noqa: PLC0415  # see above

    logging.getLogger("alembic").setLevel(logging.WARNING)
    return create_app(Settings.from_environment({"DATABASE_URL": database, "PANDIAN_LOG_LEVEL": "ERROR"}))


@click.command("verify")
def verify() -> None:
    """Prove the book: entries = balances, totals = fold of records, chain, feed. Exit code 1 if it does not hold."""
    sequence()
    with reading() as session:
        findings = verify_everything(session)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} findings." if findings else "The book holds: balances, chain, tallies, logs, feed.")
    raise SystemExit(1 if findings else 0)


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Back up everything into one file, while the server works. TARGET: the file, or a folder that exists."""
    settings, moment = current_app.config["PANDIAN"], now()
    try:
        path, manifest = take(database_at(settings.database_url), target, VERSION, moment)
    except CannotBackUp as error:
        raise click.ClickException(str(error)) from error
    transact(lambda session: note_taken(session, moment))
    rows = manifest.facts.rows
    click.echo(
        f"{path}: {path.stat().st_size / 1e6:,.1f} MB, read back and whole; {rows.get('device_record', 0):,} records, "
        f"{rows.get('journal', 0):,} journals, {rows.get('photo', 0):,} photos."
    )


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="put it in the place of a database that has content; that one is kept")
@click.option("--check", "only_check", is_flag=True, help="prove that it can be restored, and change nothing")
def restore(archive: Path, replace: bool, only_check: bool) -> None:  # noqa: FBT001  # click passes by name
    """Put a backup in the place of the database, all or nothing, and prove it. Exit code 1 if the book does not hold.

    Stop the server and the scheduler first, and start them afterwards: devices then send again what they keep.
    """
    db.engine.dispose()
    settings = current_app.config["PANDIAN"]
    try:
        done = restore_archive(
            database_at(settings.database_url), Order(archive, replace, only_check), _application_on, now()
        )
    except CannotBackUp as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from error
    for line in told_of(done, only_check=only_check):
        click.echo(line)
    raise SystemExit(1 if done.findings else 0)


@click.command("scheduler")
def scheduler() -> None:
    """Run the scheduled work until stopped: one process per installation."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # how Flask says it
    run_scheduler(app)
