"""How well decoding does on pictures whose codes are known.

The manifest is a CSV file with the columns path (relative to it), set, expected_format, expected_text
(backslash escapes; NONE means that nothing may be read) and also_present (a JSON list of further codes
that are really in the picture).
"""

import csv
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from scanner.decode import PictureError, Policy, Read, decode_photo
from scanner.meaning import GS, CodeError, gtin_14, normal_form

NOTHING: Final = "NONE"

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[nrt\\])")
_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")
_COLUMNS: Final = ("n", "acc right", "acc wrong", "unc right", "unc wrong", "missed", "median", "p95")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one picture; ``ms`` is CPU time with unpacking, ``stray`` the wrong texts."""

    path: str
    set: str
    format: str
    accepted_right: bool
    accepted_wrong: bool
    uncertain_right: bool
    uncertain_wrong: bool
    found: bool
    ms: float
    stray: list[str]

    @property
    def missed(self) -> bool:
        """A code is there and was not read."""
        return self.format != NOTHING and not (self.accepted_right or self.uncertain_right)


def run(manifest: Path, *, policy: Policy, json_file: Path | None = None) -> int:
    """Decode every picture of the manifest and print a table; ``json_file`` gets every outcome."""
    with manifest.open(encoding="utf-8", newline="") as file:
        outcomes = [_outcome(row, manifest.parent, policy) for row in csv.DictReader(file)]
    _table("set", outcomes, lambda o: o.set)
    _table("format", outcomes, lambda o: o.format)
    if json_file:
        lines = [asdict(o) | {"missed": o.missed} for o in outcomes]
        json_file.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _outcome(row: dict[str, str], folder: Path, policy: Policy) -> Outcome:
    photo = folder / row["path"]
    started = time.process_time()
    try:
        reads = decode_photo(photo, policy=policy)
    except PictureError as error:
        sys.stderr.write(f"{row['path']}: {error}\n")
        reads = []
    ms = (time.process_time() - started) * 1000
    wanted = _expected(row["expected_text"], row["expected_format"])
    present = wanted.union(*(_expected(t, "") for t in json.loads(row["also_present"] or "[]")))
    accepted = [_keys(r) for r in reads if r.verdict == "accepted"]
    uncertain = [_keys(r) for r in reads if r.verdict == "uncertain"]
    return Outcome(
        path=row["path"],
        set=row["set"],
        format=row["expected_format"],
        accepted_right=any(keys & wanted for keys in accepted),
        accepted_wrong=any(not keys & present for keys in accepted),
        uncertain_right=any(keys & wanted for keys in uncertain),
        uncertain_wrong=any(not keys & present for keys in uncertain),
        found=bool(reads),
        ms=round(ms, 1),
        stray=[r.text for r in reads if not _keys(r) & present],
    )


def _expected(text: str, symbology: str) -> set[str]:
    """All that counts as the code: its normal form, and without add-on where the label has one."""
    if text == NOTHING:
        return set()
    plain = _ESCAPE.sub(_unescape, text)
    keys = {plain, _BRACKETS.sub(r"\1", plain)}
    with suppress(CodeError):  # a visiting card in a QR code has line ends: it stays as it is
        keys.add(normal_form(plain, symbology))
    if symbology in {"EAN-13", "UPC-A"} and len(plain) > 13:
        keys |= {gtin for n in (12, 13) if (gtin := gtin_14(plain[:n]))}
    return keys


def _unescape(found: re.Match[str]) -> str:
    escape = found[1]
    if escape[0] in "xu":
        return chr(int(escape[1:], 16))
    return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[escape]


def _keys(read: Read) -> set[str]:
    keys = {read.text, gtin_14(read.text, read.symbology) or read.text}
    if read.symbology.startswith("DataBar Expanded"):
        keys.add(read.text.replace(GS, ""))  # labels are given in brackets, without separators
    if read.symbology in {"DataBar", "DataBar Limited"} and read.gtin:
        keys.add(read.gtin)  # the symbol can hold nothing but AI 01, and labels leave the AI out
    return keys


def _table(title: str, outcomes: list[Outcome], group: Callable[[Outcome], str]) -> None:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[group(outcome)].append(outcome)
    groups["all"] = outcomes
    _line(title, _COLUMNS)
    for name, members in groups.items():
        _line(name, _figures(members))
    sys.stdout.write("\n")


def _figures(members: list[Outcome]) -> list[str]:
    counts = (
        len(members),
        sum(o.accepted_right for o in members),
        sum(o.accepted_wrong for o in members),
        sum(o.uncertain_right for o in members),
        sum(o.uncertain_wrong for o in members),
        sum(o.missed for o in members),
    )
    times = sorted(o.ms for o in members)
    return [*map(str, counts), _share(times, 0.5), _share(times, 0.95)]


def _share(times: list[float], share: float) -> str:
    return f"{times[min(len(times) - 1, int(len(times) * share))]:.1f}" if times else "-"


def _line(name: str, cells: Iterable[str]) -> None:
    sys.stdout.write(f"{name:28}" + "".join(f"{cell:>10}" for cell in cells) + "\n")
