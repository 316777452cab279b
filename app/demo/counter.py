"""A counter with a device: walks to a bin, scans what lies there, closes it. Offline until told to sync."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app.demo.desk import Desk
from app.demo.goods import Good
from app.demo.push_client import Clock, Device
from app.demo.shop import SHOP, Company
from app.kernel.clock import now, to_ms
from app.kernel.ids import new_id

SECONDS_A_SCAN = 4


@dataclass
class Hands:
    """The moment a simulated person acts at; None is now. Both clocks of the device follow it."""

    moment: datetime | None = None
    skew: timedelta = timedelta(0)

    def clock(self) -> Clock:
        """A device clock that shows this person's moment, wrong by `skew`."""
        skew_ms = self.skew // timedelta(milliseconds=1)
        return Clock(wall=self._ms, monotonic=self._ms, skew_ms=skew_ms)

    def _ms(self) -> int:
        return to_ms(self.moment or now())


@dataclass(frozen=True, slots=True)
class Scan:
    """One pull of the trigger, or one keyed number: a code, what it means to the device, how often."""

    code: str
    good: Good | None = None
    factor: int = 1
    times: int = 1
    quantity: int | None = None  # keyed, in smallest units; None: factor × times
    source: str = "wedge"


@dataclass
class Counter:
    """Somebody counting in a stocktake."""

    device: Device
    hands: Hands
    company: Company
    stocktake_id: str
    sheets: dict[str, UUID] = field(default_factory=dict)  # bin code → the sheet there

    @classmethod
    def enrol(
        cls, connect: Callable[[], httpx.Client], desk: Desk, company: Company, *, login: str, label: str,
        stocktake_id: str, skew: timedelta = timedelta(0),
    ) -> "Counter":  # fmt: skip
        """Enrol a device with a supervisor's code and put it into somebody's hands."""
        enrolment = desk.post("enrolments", {"site_id": company.sites[SHOP.code], "label": label})
        hands = Hands(skew=skew)
        person = UUID(company.people[login])
        device = Device.enrol(connect(), enrolment["code"], label, person, clock=hands.clock(), auth="offline")
        return cls(device, hands, company, stocktake_id)

    def count(
        self, place: str, scans: Sequence[Scan], start: datetime, *, round_number: int = 1, close: bool = True,
        zeros: Sequence[Good] = (), continues: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """Count one bin from `start` on; returns the sheet."""
        sheet = self.sheets[place] = new_id()
        self.hands.moment = start
        self._record("sheet", place, sheet, round_number, **({"continues": str(continues)} if continues else {}))
        for scan in scans:
            for _ in range(scan.times):
                self.hands.moment += timedelta(seconds=SECONDS_A_SCAN)
                self._scan(place, sheet, round_number, scan)
        self.hands.moment += timedelta(seconds=SECONDS_A_SCAN)
        if close:
            known_zero = [{"item": self.company.items[good.sku], "lot": ""} for good in zeros]
            self._record(
                "close", place, sheet, round_number, zeros=known_zero, uncounted=[], empty=not scans and not zeros
            )
        self.hands.moment = None
        return sheet

    def _scan(self, place: str, sheet: UUID, round_number: int, scan: Scan) -> None:
        item = self.company.items[scan.good.sku] if scan.good else None
        smallest = 10**3 if scan.good and scan.good.unit == "kg" else 1
        self._record(
            "scan",
            place,
            sheet,
            round_number,
            code=scan.code,
            symbology=None,
            source=scan.source,
            item=item,
            lot="",
            factor=scan.factor,
            quantity=scan.quantity if scan.quantity is not None else scan.factor * smallest,
        )

    def _record(self, kind: str, place: str, sheet: UUID, round_number: int, **more: Any) -> None:
        self.device.record(
            kind,
            stocktake=self.stocktake_id,
            sheet=str(sheet),
            location=self.company.bins[place],
            round=round_number,
            **more,
        )


def scans_of(good: Good, quantity: int) -> list[Scan]:
    """How somebody counts `quantity` of a good: whole cartons by their own code, the rest piece by piece or keyed."""
    if good.unit == "kg":
        return [Scan(good.piece_code, good, quantity=quantity, source="keypad")] if quantity else []
    scans: list[Scan] = []
    if good.carton and quantity >= good.carton[1]:
        code, factor = good.carton
        scans.append(Scan(code, good, factor, times=quantity // factor))
        quantity %= factor
    if quantity > 4:  # nobody scans eleven bottles one by one
        scans.append(Scan(good.piece_code, good, quantity=quantity, source="keypad"))
    elif quantity:
        scans.append(Scan(good.piece_code, good, times=quantity))
    return scans
