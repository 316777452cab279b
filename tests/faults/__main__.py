"""`python -m tests.faults`: every drill in its long form, on both engines and in the browser, and one table at the end.

Prints what each drill measured and writes it as JSON. The exit code says whether every drill ran and held.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.faults.figures import FILE, HEAD, Figures
from tests.faults.floor import LONG

ROOT = Path(__file__).resolve().parents[2]
DRILLS = {
    "sqlite": ["tests/faults"],
    "postgresql": ["tests/faults"],
    "browser": ["tests/e2e/test_killed_browser.py"],
}


@contextmanager
def settings(part: str) -> Iterator[dict[str, str]]:
    """What the part's tests need to be told; a database or a browser is found, or the reason shown."""
    if part == "postgresql":
        url = _ask(".ci/postgres.sh", "start")
        try:
            yield {"PANDIAN_TEST_DB": part, "PANDIAN_TEST_POSTGRESQL": url}
        finally:
            _ask(".ci/postgres.sh", "stop", url)
    elif part == "browser":
        yield {"PANDIAN_CHROMIUM": _ask(".ci/chromium.sh")}
    else:
        yield {"PANDIAN_TEST_DB": part}


def _ask(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def run(part: str, percent: int, file: Path, only: str) -> bool:
    """Run a part's drills; whether all of them held."""
    chosen = ["-k", only] if only else []
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *chosen, *DRILLS[part]]
    try:
        with settings(part) as needed:
            environment = os.environ | needed | {LONG: str(percent), FILE: str(file)}
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    except subprocess.CalledProcessError:
        return False  # the script has said what is missing, and how to get it


def main() -> int:
    """Run, print, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", default=list(DRILLS), choices=list(DRILLS))
    parser.add_argument("--percent", type=int, default=100, help="of the long form's numbers")
    parser.add_argument("--only", default="", help="pytest's -k: drills with this in their name")
    parser.add_argument("--json", type=Path, default=ROOT / "reports" / "faults.json")
    chosen = parser.parse_args()
    chosen.json.parent.mkdir(exist_ok=True)
    lines = chosen.json.with_suffix(".lines")
    lines.unlink(missing_ok=True)
    outcomes: dict[str, str] = {}
    for part in chosen.parts:
        began = time.monotonic()
        held = run(part, chosen.percent, lines, chosen.only)
        outcomes[part] = f"{'held' if held else 'FAILED'} in {time.monotonic() - began:.0f} s"
    written = lines.read_text().splitlines() if lines.exists() else []
    figures = [Figures(**json.loads(line)) for line in written]
    print(f"\n{HEAD}", *figures, sep="\n")
    print("\n" + "\n".join(f"{part}: {outcome}" for part, outcome in outcomes.items()))
    chosen.json.write_text(json.dumps({"parts": outcomes, "drills": [asdict(one) for one in figures]}, indent=1))
    lines.unlink(missing_ok=True)
    return 1 if any("FAILED" in outcome for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
