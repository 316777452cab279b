"""What was written cannot be changed, and if it was changed all the same, verify says so."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.database import db, is_sqlite
from app.kernel.transaction import reading, transact
from app.ledger.models import Journal
from tests.builders import make_item, make_location
from tests.ledger.book_of import Book

TABLES = ("entry", "journal")
CHANGE_FOURTH = "UPDATE journal SET WHAT WHERE source_key = 'fourth'"
SECOND = "(SELECT id FROM journal WHERE source_key = 'second')"


def tamper(statement: str) -> None:
    """Change the database behind everybody's back: without triggers and foreign keys."""
    statement = statement.replace("SECOND", SECOND)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite(connection):
            raw = connection.connection.cursor()
            raw.execute("ROLLBACK") if connection.connection.in_transaction else None
            raw.execute("PRAGMA foreign_keys=OFF")
            triggers = raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('entry', 'journal')"
            ).fetchall()
            for name, _ in triggers:
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute(statement)
            for _, sql in triggers:
                raw.execute(sql)
            raw.execute("PRAGMA foreign_keys=ON")
            return
        connection.execute(text("SET session_replication_role = replica"))  # no triggers, foreign keys among them
        connection.execute(text(statement))
        connection.execute(text("SET session_replication_role = DEFAULT"))


@pytest.fixture
def sealed(book: Book) -> Book:
    """Three sealed journals of the site, the last a reversal, and one of the other site."""
    item = make_item()
    book.write(book.entry(item, "supplier", "A-01", 10), book.entry(item, "supplier", "A-02", 5), key="first")
    second = book.write(book.entry(item, "A-01", "customer", 4), kind="sale", key="second")
    book.reverse(second.journal_id, "third")
    shelf = make_location(book.cast.other_site, "Z-01")
    here = book.cast.site
    book.cast.site = book.cast.other_site
    elsewhere = Book(book.cast)
    elsewhere.write(elsewhere.entry(item, "supplier", "Z-01", 1), key="elsewhere")
    book.cast.site = here
    assert shelf.site_id == elsewhere.cast.other_site.id
    assert book.seal() == 4
    return book


def journals(book: Book) -> Sequence[Journal]:
    with reading() as session:
        return session.scalars(
            select(Journal).where(Journal.site_id == book.cast.site.id).order_by(Journal.chain_number)
        ).all()


def test_a_sound_book_has_no_findings(sealed: Book) -> None:
    assert sealed.findings() == []


def test_journals_are_numbered_per_site_without_gaps_in_the_order_recorded(sealed: Book) -> None:
    assert [(j.source_key, j.chain_number) for j in journals(sealed)] == [("first", 1), ("second", 2), ("third", 3)]
    item = make_item("MILK")
    sealed.write(sealed.entry(item, "supplier", "A-01", 1), key="fourth")
    assert journals(sealed)[-1].chain_number in (None, 3)  # a journal waits for the sequencer
    assert (sealed.seal(), sealed.seal()) == (1, 0)
    assert [j.chain_number for j in journals(sealed)] == [1, 2, 3, 4]
    assert sealed.findings() == []


def test_the_head_of_the_chain_can_be_kept_elsewhere(sealed: Book) -> None:
    last = journals(sealed)[-1]
    url = f"/api/v1/sites/{sealed.cast.site.id}/chain-head"
    head = sealed.cast.client(sealed.cast.supervisor).get(url).json
    assert head == {
        "site_id": str(sealed.cast.site.id),
        "number": 3,
        "chain_hash": (last.chain_hash or b"").hex(),
        "journal_id": str(last.id),
        "unsealed": 0,
    }
    assert sealed.cast.client(sealed.cast.outsider).get(url).status_code == 404


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_every_change(sealed: Book, table: str, verb: str) -> None:
    change = {"entry": "quantity = 1", "journal": "note = 'x'"}[table]
    with pytest.raises(DBAPIError, match="append-only"):
        transact(lambda session: session.execute(text(verb.format(table, change))))
    assert sealed.findings() == []


def test_a_journal_is_sealed_once_and_by_its_seal_alone(sealed: Book) -> None:
    def change(what: str) -> Callable[[Any], Any]:
        return lambda session: session.execute(text(CHANGE_FOURTH.replace("WHAT", what)))

    sealed.write(sealed.entry(make_item("MILK"), "supplier", "A-01", 1), key="fourth")
    with pytest.raises(DBAPIError, match="append-only"):
        transact(change("chain_number = 9, note = 'x'"))
    assert sealed.seal() == 1
    for what in ("chain_number = 9", "chain_number = NULL", "chain_hash = NULL", "entries_hash = NULL"):
        with pytest.raises(DBAPIError, match="append-only"):
            transact(change(what))


CORRUPTIONS = {
    "the reason of an entry was changed": (
        "UPDATE entry SET reason_code = 'x' WHERE journal_id = SECOND",
        ["entries_hash"],
    ),
    "an entry was back-dated": ("UPDATE entry SET occurred_at = 0 WHERE journal_id = SECOND", ["entries_hash"]),
    "a journal's note was changed": ("UPDATE journal SET note = 'x' WHERE source_key = 'second'", ["entries_hash"]),
    "another person posted it": (
        "UPDATE journal SET person_id = (SELECT id FROM person WHERE login = 'counter') WHERE source_key = 'second'",
        ["entries_hash"],
    ),
    "a link of the chain was changed": (
        "UPDATE journal SET chain_hash = entries_hash WHERE source_key = 'second'",
        ["chain_hash"],
    ),
    "the last link of the chain was changed": (
        "UPDATE journal SET chain_hash = entries_hash WHERE source_key = 'third'",
        ["chain_hash"],
    ),
    "a number was moved": ("UPDATE journal SET chain_number = 7 WHERE source_key = 'third'", ["chain_gap"]),
    "a balance was changed": (
        "UPDATE balance SET quantity = quantity + 1 WHERE quantity = 5",
        ["balance", "zero_sum"],
    ),
    "two balances were changed so that they cancel out": (
        "UPDATE balance SET quantity = 2 * quantity WHERE quantity IN (1, -1)",
        ["balance", "balance"],
    ),
    "a balance was taken out": ("DELETE FROM balance WHERE quantity = 0", []),  # absent is zero
    "an entry's quantity was changed": (
        "UPDATE entry SET quantity = quantity + 1 WHERE journal_id = SECOND",
        ["balance", "balance", "entries_hash"],
    ),
    "an entry was taken out of the middle": (
        "DELETE FROM entry WHERE number = 1 AND journal_id = (SELECT id FROM journal WHERE source_key = 'first')",
        ["balance", "balance", "entries_hash", "entry_numbers"],
    ),
    "a journal was taken out and its entries left": (
        "DELETE FROM journal WHERE source_key = 'second'",
        ["chain_gap", "orphan_entry"],
    ),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_verify_finds_what_somebody_changed_behind_our_back(sealed: Book, corruption: str) -> None:
    statement, expected = CORRUPTIONS[corruption]
    tamper(statement)
    assert sorted(finding.check for finding in sealed.findings()) == expected


def test_a_journal_with_its_entries_forged_to_fit_breaks_the_chain(sealed: Book) -> None:
    """Whoever changes an entry and the journal's own hash cannot change what the next one rests on."""
    tamper("UPDATE entry SET reason_code = 'x' WHERE journal_id = SECOND")
    [finding] = sealed.findings()
    literal = f"X'{finding.found}'" if is_sqlite(db.engine) else f"decode('{finding.found}', 'hex')"
    tamper("UPDATE journal SET entries_hash = HASH WHERE source_key = 'second'".replace("HASH", literal))
    assert [finding.check for finding in sealed.findings()] == ["chain_hash"]


def test_a_finding_says_what_and_where(sealed: Book) -> None:
    tamper("UPDATE balance SET quantity = 6 WHERE quantity = 5")
    balance, zero_sum = sealed.findings()
    assert (balance.where, balance.expected, balance.found) == ("WATER at A-02", "5", "6")
    assert (zero_sum.where, zero_sum.expected, zero_sum.found) == ("WATER over all places", "0", "1")
