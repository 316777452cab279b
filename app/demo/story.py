"""The main job from end to end, without a screen: count offline, sync through trouble, decide, post, prove."""

import csv
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.demo.counter import Counter, Scan, scans_of
from app.demo.desk import Desk
from app.demo.goods import Good
from app.demo.pictures import Shelf, photographed, rendered
from app.demo.progress import goods_in
from app.demo.shop import ADMINISTRATOR, PASSWORD, SHOP, Company, journal, set_up
from app.kernel.clock import now

PHOTOS_AT_MOST = 60
UNKNOWN_CODE = "6970399921237"
LABELLED = 3  # goods whose labels are drawn when no photographs are given, and how often each
PIECES_DRAWN = 4
PICTURED = SHOP.bins()[-4]  # the bin that is counted from pictures


@dataclass
class Story:
    """The demo while it runs: what truly lies where, what was said on the way, and every claim that failed."""

    connect: Callable[[], httpx.Client]
    say: Callable[[str], None]
    desk: Desk
    company: Company
    truth: dict[tuple[str, str], int] = field(default_factory=dict)  # (bin, sku) → what lies there when counted
    failures: list[str] = field(default_factory=list)

    def claim(self, statement: str, *, holds: bool) -> None:
        """Print a claim and whether it holds."""
        self.say(f"  {'✓' if holds else '✗'} {statement}")
        if not holds:
            self.failures.append(statement)


def play(
    connect: Callable[[], httpx.Client], verify: Callable[[], list[str]], say: Callable[[str], None],
    photos: Path | None = None,
) -> list[str]:  # fmt: skip
    """Play it against an empty, migrated server that knows the administrator. Returns the claims that failed."""
    begun = time.monotonic()
    desk = Desk.sign_in(connect(), ADMINISTRATOR.login, PASSWORD)
    company = set_up(desk, now() - timedelta(hours=3), days=10)
    supervisor = Desk.sign_in(connect(), "supervisor", PASSWORD)
    story = Story(connect, say, supervisor, company, truth=dict(company.shelf))
    say(f"A shop with {len(company.goods)} goods in {len(SHOP.bins())} bins, and 10 days of movements.")
    shelf = _photographs(story, desk, photos)
    stocktake_id = _start(story)
    counters = _count_offline(story, stocktake_id, shelf)
    _sync_through_trouble(story, counters)
    _late_sale(story, stocktake_id)
    _recount(story, stocktake_id, counters)
    _decide(story, stocktake_id)
    _post(story, stocktake_id)
    _prove(story, verify)
    say(f"\n{'All of it holds' if not story.failures else 'FAILED'}; {time.monotonic() - begun:.1f} s.")
    return story.failures


def _photographs(story: Story, desk: Desk, photos: Path | None) -> Shelf:
    """Read the pictures; goods nobody knew are entered first, every fifth code stays unknown."""
    begun = time.monotonic()
    if photos is None:
        by_piece = [(good, quantity) for good, quantity in goods_in(story.company, PICTURED) if good.unit == "pcs"]
        shelf = rendered([(good, min(quantity, PIECES_DRAWN)) for good, quantity in by_piece[:LABELLED]])
    else:
        shelf = photographed(photos, PHOTOS_AT_MOST)
        _enter_goods(story, desk, shelf)
    took = time.monotonic() - begun
    accepted = sum(shelf.accepted.values())
    story.say(
        f"{shelf.pictures} pictures read in {took:.1f} s: {accepted} codes accepted ({len(shelf.accepted)} different), "
        f"{shelf.doubted} doubted and not counted, {shelf.empty} pictures without a code."
    )
    for line in shelf.unreadable:
        story.say(f"  unreadable: {line}")
    story.claim("the scanner accepted codes", holds=accepted > 0)
    return shelf


def _enter_goods(story: Story, desk: Desk, shelf: Shelf) -> None:
    """Make goods of four in five of the codes in the photographs, lying in the pictured bin.

    What the catalogue takes for a mangled article number (eight digits from a Code 128, say) stays unknown too.
    """
    named = {f"X{number:04}": code for number, code in enumerate(sorted(shelf.accepted)) if number % 5 != 4}
    refused = _refused(desk, named)
    for sku, why in refused.items():
        story.say(f"  {named.pop(sku)} stays unknown: {why}")
    desk.load("items/import", _goods_file(named))
    for sku, code in named.items():
        story.company.goods.append(Good(sku, f"Photographed {sku}", "Photographed", 100, codes={code: 1}))
        story.truth[PICTURED, sku] = shelf.accepted[code]
    story.company.items = {row["sku"]: row["id"] for row in desk.rows("items")}


def _refused(desk: Desk, named: dict[str, str]) -> dict[str, str]:
    """The goods whose code the catalogue refuses, and why, asked by a dry run."""
    report = desk.load("items/import", _goods_file(named), dry_run=True)
    skus = list(named)
    return {skus[error["row"] - 2]: error["message"] for error in report["errors"]}


def _goods_file(named: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ("sku", "name", "category", "unit", "scale", "barcode", "pack_factor", "unit_cost", "lots", "active")
    )
    for sku, code in named.items():
        writer.writerow((sku, f"Photographed {sku}", "Photographed", "pcs", 0, code, 1, "1.00", "no", "yes"))
    return out.getvalue()


def _start(story: Story) -> str:
    site_id = story.company.sites[SHOP.code]
    body = {"site_id": site_id, "name": "Demo count", "kind": "full", "blind": True}
    stocktake_id: str = story.desk.post("stocktakes", body)["id"]
    story.desk.post(f"stocktakes/{stocktake_id}/start")
    return stocktake_id


def _count_offline(story: Story, stocktake_id: str, shelf: Shelf) -> list[Counter]:
    """Three devices without a network; one clock is a day wrong; shelves hold other than the book says."""
    rng = random.Random(11)  # noqa: S311  # the same story every time
    workers = (("wang", timedelta(0)), ("chen", timedelta(hours=26)), ("wang", timedelta(minutes=-7)))
    counters = [
        Counter.enrol(
            story.connect, story.desk, story.company, login=login, label=f"PDA-{number}", stocktake_id=stocktake_id,
            skew=skew,
        )
        for number, (login, skew) in enumerate(workers, start=1)
    ]  # fmt: skip
    bins = SHOP.bins()
    begun = now() - timedelta(minutes=90)
    for number, place in enumerate(bins):
        counter = counters[number * len(counters) // len(bins)]
        start = begun + timedelta(minutes=number * 3)
        if place == PICTURED:
            _count_pictures(story, counter, place, shelf, start)
        else:
            _count_shelf(story, counter, place, start, rng, unknown=number == 4)
    records = sum(len(counter.device.outbox) for counter in counters)
    story.say(f"3 devices counted {len(bins)} bins offline: {records} records in their logs, none sent yet.")
    return counters


def _count_shelf(
    story: Story, counter: Counter, place: str, start: datetime, rng: random.Random, *, unknown: bool
) -> None:
    scans: list[Scan] = []
    zeros: list[Good] = []
    for good, quantity in goods_in(story.company, place):
        found = quantity
        if rng.random() < 0.15 and quantity:
            found = max(quantity + rng.choice((-2, -1, 1, 3)), 0)
        story.truth[place, good.sku] = found
        scans += scans_of(good, found)
        if found == 0:
            zeros.append(good)
    if unknown:
        scans.append(Scan(UNKNOWN_CODE, times=2))
    counter.count(place, scans, start, zeros=zeros)


def _count_pictures(story: Story, counter: Counter, place: str, shelf: Shelf, start: datetime) -> None:
    """What the pictures showed is scanned as often as it was seen; the rest of the bin by hand."""
    by_code = {code: good for good in story.company.goods for code in good.codes}
    scans = [Scan(code, by_code.get(code), times=times, source="camera") for code, times in shelf.accepted.items()]
    pictured = {scan.good.sku for scan in scans if scan.good}
    zeros: list[Good] = []
    for good, quantity in goods_in(story.company, place):
        if good.sku not in pictured:
            scans += scans_of(good, quantity)
            zeros += [good] if quantity == 0 else []
            story.truth[place, good.sku] = quantity
        else:
            story.truth[place, good.sku] = shelf.accepted[good.piece_code]
    counter.count(place, scans, start, zeros=zeros)


def _sync_through_trouble(story: Story, counters: list[Counter]) -> None:
    """Answers get lost, batches are sent twice and out of order; each record is kept once."""
    for counter in counters:
        device = counter.device
        device.hello()
        first = device.pending[:40]
        device.send([entry.text for entry in first])  # the answer never reaches the device …
        later = device.pending[40:80]
        if later:
            device.push(later)  # … the next stretch overtakes it …
        device.push(first)  # … and the first is sent again
        device.sync()
    waiting = sum(len(counter.device.pending) for counter in counters)
    held = sum(len(counter.device.held) for counter in counters)
    story.claim("every record is on the server, each once, none held", holds=waiting == 0 and held == 0)


def _lines(story: Story, stocktake_id: str, **query: Any) -> list[dict[str, Any]]:
    return story.desk.rows(f"stocktakes/{stocktake_id}/lines", **query)


def _late_sale(story: Story, stocktake_id: str) -> None:
    """A till reports after the count what it sold before it: the line explains itself."""
    line = next(
        line
        for line in _lines(story, stocktake_id)
        if line["variance"] and -20 < line["variance"] < 0 and not line["unit_scale"]
    )
    company, sku = story.company, line["sku"]
    moved = [(line["location_code"], sku, -line["variance"], now() - timedelta(minutes=150))]
    story.desk.post("journals", journal(company, "sale", "TILL-LATE", moved))
    company.shelf[line["location_code"], sku] += line["variance"]
    after = next(row for row in _lines(story, stocktake_id, search=sku) if row["id"] == line["id"])
    story.claim(
        f"a sale that came late explains {line['item_name']}: {line['variance']:+d} → {after['variance']:+d}, "
        f"named {(after['cause'] or {}).get('document')}",
        holds=after["variance"] == 0 and after["state"] == "agreed" and after["cause"]["document"] == "TILL-LATE",
    )


def _recount(story: Story, stocktake_id: str, counters: list[Counter]) -> None:
    """One doubtful line is counted again, by somebody else."""
    line = next(line for line in _lines(story, stocktake_id, state="needs_decision"))
    place, sku = line["location_code"], line["sku"]
    body = {"decision": "recount", "lines": [{"id": line["id"], "version": line["version"]}], "note": "again, please"}
    story.desk.post(f"stocktakes/{stocktake_id}/decisions", body)
    good = next(good for good in story.company.goods if good.sku == sku)
    counter = counters[1] if place in counters[0].sheets else counters[0]
    counter.device.sync()
    counter.count(
        place, scans_of(good, story.truth[place, sku]), now() - timedelta(seconds=60), round_number=2,
        zeros=[good] if story.truth[place, sku] == 0 else [],
    )  # fmt: skip
    counter.device.sync()
    after = next(row for row in _lines(story, stocktake_id, search=sku) if row["id"] == line["id"])
    story.claim(f"{line['item_name']} was counted again in round 2", holds=after["round"] == 2)


def _decide(story: Story, stocktake_id: str) -> None:
    """Bind or leave the unknown codes, then accept what differs, with a reason."""
    unknown = story.desk.get(f"stocktakes/{stocktake_id}/unknown-codes")["rows"]
    story.claim(f"{len(unknown)} unknown code(s) were kept", holds=len(unknown) >= 1)
    lines = _lines(story, stocktake_id, state="needs_decision")
    body = {
        "decision": "accept",
        "reason_code": "miscount",
        "lines": [{"id": line["id"], "version": line["version"]} for line in lines],
    }
    answer = story.desk.post(f"stocktakes/{stocktake_id}/decisions", body)
    net = sum(line["value"] for line in lines)
    story.say(f"The supervisor accepted {answer['decided']} differences worth {net / 100:+.2f} CNY.")


def _post(story: Story, stocktake_id: str) -> None:
    outlook = story.desk.post(f"stocktakes/{stocktake_id}/post", {"dry_run": True})
    story.claim("the dry run finds nothing in the way", holds=outlook["problems"] == [])
    answer = story.desk.post(f"stocktakes/{stocktake_id}/post", {"dry_run": False})
    story.say(f"Posted {answer['lines']} lines in {answer['journals']} journal(s).")
    place, sku = next(key for key, quantity in story.truth.items() if quantity > 3 and key[1].startswith("P"))
    moved = [(place, sku, 1, now() - timedelta(minutes=160))]
    story.desk.post("journals", journal(story.company, "sale", "TILL-VERY-LATE", moved))
    line = next(row for row in _lines(story, stocktake_id, search=sku) if row["location_code"] == place)
    story.claim(
        "a sale that came after posting is booked with an equal correction", holds=line["explained_after_posting"] == 1
    )


def _prove(story: Story, verify: Callable[[], list[str]]) -> None:
    """The book says what lies on the shelves, and proves itself."""
    site_id = story.company.sites[SHOP.code]
    book = {(row["location_code"], row["sku"]): row["quantity"] for row in story.desk.rows("stock", site_id=site_id)}
    wrong = {key: (quantity, book.get(key, 0)) for key, quantity in story.truth.items() if book.get(key, 0) != quantity}
    story.claim(f"the book agrees with all {len(story.truth)} places of the shop", holds=not wrong)
    for (place, sku), (there, said) in list(wrong.items())[:10]:
        story.say(f"      {place} {sku}: {there} there, the book says {said}")
    findings = verify()
    story.claim("flask verify: entries, balances, hash chain, tallies, feed", holds=not findings)
    for finding in findings[:10]:
        story.say(f"      {finding}")
