"""``python -m scanner decode PHOTO…`` and ``python -m scanner bench MANIFEST.csv``."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from scanner import bench
from scanner.decode import PictureError, Policy, Read, decode_photo
from scanner.decode.policy import ON_REQUEST


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, or 1 when a file could not be read."""
    options = _parser().parse_args(arguments)
    cv2.setNumThreads(1)  # times are CPU times, and a server decodes several photos at once
    policy = Policy(enabled=frozenset(options.enable))
    if options.command == "bench":
        return bench.run(options.manifest, policy=policy, json_file=options.json)
    readable = [_decode(photo, policy) for photo in options.photos]
    return 0 if all(readable) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scanner", description="Read barcodes in photos.")
    commands = parser.add_subparsers(dest="command", required=True)
    decode = commands.add_parser("decode", help="print the codes in photos, one JSON line each")
    decode.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    measure = commands.add_parser("bench", help="measure against pictures with known codes")
    measure.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    measure.add_argument("--json", type=Path, metavar="FILE", help="write every outcome here")
    for command in (decode, measure):
        command.add_argument(
            "--enable", action="append", default=[], choices=sorted(ON_REQUEST), help="also read these"
        )
    return parser


def _decode(photo: Path, policy: Policy) -> bool:
    """Print a line per code, or one with the error; whether the file could be read."""
    started = time.perf_counter()
    try:
        reads = decode_photo(photo, policy=policy)
    except PictureError as error:
        _print({"file": str(photo), "error": error.code, "message": str(error)})
        return False
    except OSError as error:
        message = error.strerror or "cannot be read"
        _print({"file": str(photo), "error": "file_unreadable", "message": message})
        return False
    ms = round((time.perf_counter() - started) * 1000, 1)
    for read in reads:
        _print({"file": str(photo), **_as_json(read), "ms": ms})
    if not reads:
        _print({"file": str(photo), "text": None, "ms": ms})
    return True


def _as_json(read: Read) -> dict[str, Any]:
    names = ("text", "symbology", "position", "gtin", "verdict", "reason", "engine", "stage")
    return {name: getattr(read, name) for name in names}


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
