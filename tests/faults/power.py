"""What a disk may hold after the power has gone: images made from a recording of everything a server wrote.

What was synced is there. What was not may be there, or not, or in parts of 512 bytes, in any order: disks and file
systems promise no more. Directory entries are taken to be there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

SECTOR = 512
LINE = re.compile(r"^(\d+\.\d+) (\w+)\((.*)\) += (-?\d+).* <(\d+\.\d+)>$", re.DOTALL)
TARGET = re.compile(r"^\d+<((?:\\x[0-9a-f]{2})+)>")
CONTENT = re.compile(r'"((?:\\x[0-9a-f]{2})*)", \d+, (\d+)$')
HARMLESS = {"openat", "close"}
Fate = Literal["vanished", "kept", "torn"]  # what became of what was written and not synced
FATES: tuple[Fate, ...] = ("vanished", "kept", "torn")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call on one of the files: a write, a change of length, or a sync (`data` and `size` None)."""

    ended_at: float
    began_at: float
    file: str
    offset: int = 0
    data: bytes | None = None
    size: int | None = None

    @property
    def syncs(self) -> bool:
        return self.data is None and self.size is None


@dataclass
class Disk:
    """One file as the disk surely holds it, and the calls whose effect may still be only in memory."""

    safe: bytearray
    unsure: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> None:
        """The next call in time."""
        if not call.syncs:
            self.unsure.append(call)
            return
        for earlier in self.unsure:
            _apply(self.safe, earlier)
        self.unsure = []

    def after_the_cut(self, fate: Fate, chance: Random) -> bytes:
        """What the file may hold when the power goes now."""
        content = bytearray(self.safe)
        for call in self.unsure:
            if fate == "kept" or (fate == "torn" and call.size is not None and chance.random() < 0.5):
                _apply(content, call)
            elif fate == "torn" and call.data is not None:
                for start in range(0, len(call.data), SECTOR):
                    if chance.random() < 0.5:
                        piece = call.data[start : start + SECTOR]
                        _apply(content, Call(0, 0, call.file, call.offset + start, piece))
        return bytes(content)


def recorded(folder: Path, files: set[str]) -> list[Call]:
    """The calls on these files (absolute paths) in the order in which they ended, from strace's files in `folder`."""
    calls: list[Call] = []
    for path in sorted(folder.glob("calls.*")):
        with path.open() as lines:
            calls += filter(None, (_read(line.rstrip("\n"), files) for line in lines))
    return sorted(calls, key=lambda call: (call.ended_at, call.began_at))


def _read(line: str, files: set[str]) -> Call | None:
    match = LINE.match(line)
    if match is None:
        return None  # the last of a thread that was killed in it: it never returned, and may as well not have been
    began, name, arguments, result, took = match.groups()
    target = TARGET.match(arguments)
    file = _text(target.group(1)) if target else ""
    if file not in files or name in HARMLESS or int(result) < 0:
        return None
    began_at = float(began)
    ended_at = began_at + float(took)
    if name in {"fsync", "fdatasync"}:
        return Call(ended_at, began_at, file)
    if name == "ftruncate":
        return Call(ended_at, began_at, file, size=int(arguments.rsplit(",", 1)[1]))
    content = CONTENT.search(arguments)
    if name != "pwrite64" or content is None:
        raise ValueError(f"a call on {file} that this recording does not understand: {name}")
    return Call(ended_at, began_at, file, int(content.group(2)), _bytes(content.group(1))[: int(result)])


def cuts(calls: list[Call], start: dict[str, bytes], chosen: set[int]) -> Iterator[tuple[Call, dict[str, Disk]]]:
    """At each chosen place in the recording: the last call that ended before the power went, and the disk then."""
    disks = {file: Disk(bytearray(content)) for file, content in start.items()}
    for place, call in enumerate(calls):
        disks[call.file].take(call)
        if place in chosen:
            yield call, disks


def _apply(content: bytearray, call: Call) -> None:
    if call.size is not None:
        del content[call.size :]
        content.extend(bytes(call.size - len(content)))
    elif call.data is not None:
        content.extend(bytes(max(0, call.offset - len(content))))
        content[call.offset : call.offset + len(call.data)] = call.data


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _text(escaped: str) -> str:
    return _bytes(escaped).decode()
