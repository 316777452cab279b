"""What a drill measured: printed, and added to a file that `make faults` makes its table of."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.faults.floor import Counted
from tests.faults.phone import Phone

FILE = "PANDIAN_FAULTS_FILE"


@dataclass(frozen=True, slots=True)
class Figures:
    """One drill: the fault, how often it struck, how many pushes were tried and scans acked, and what went wrong."""

    engine: str
    fault: str
    struck: int
    tries: int
    acked: int
    lost: int
    doubled: int
    findings: int
    drain_s: float | None = None
    more: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        drain = "" if self.drain_s is None else f"{self.drain_s:.1f}"
        more = ", ".join(f"{name} {value}" for name, value in self.more.items())
        return (
            f"{self.engine:<11}{self.fault:<44}{self.struck:>7,}{self.tries:>9,}{self.acked:>9,}"
            f"{self.lost:>6}{self.doubled:>8}{self.findings:>9}{drain:>9}  {more}"
        ).rstrip()


COUNTS = f"{'struck':>7}{'tries':>9}{'acked':>9}{'lost':>6}{'doubled':>8}{'findings':>9}{'drain s':>9}"
HEAD = f"{'engine':<11}{'fault':<44}{COUNTS}"


class Board:
    """Where the drills of one engine write their figures."""

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def write(
        self,
        fault: str,
        struck: int,
        phones: Iterable[Phone],
        counted: Counted,
        drain_s: float | None = None,
        **more: object,
    ) -> None:
        """Print one drill's figures and keep them."""
        tries = sum(phone.tries for phone in phones)
        figures = Figures(
            self.engine,
            fault,
            struck,
            tries,
            counted.acked,
            counted.lost,
            counted.doubled,
            counted.findings,
            drain_s,
            more,
        )
        self.keep(figures)

    def keep(self, figures: Figures) -> None:
        """Print these figures and keep them."""
        print(f"\n{HEAD}\n{figures}", flush=True)
        if FILE in os.environ:
            with Path(os.environ[FILE]).open("a") as file:
                file.write(json.dumps(asdict(figures)) + "\n")
