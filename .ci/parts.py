"""Run the parts of `make test`, each to its end, and print one table: name, result, tests, duration.

A part that cannot run here, and a part that ran no test, has failed: what was not run has not passed.
Usage: python .ci/parts.py [lint] [python-sqlite] [python-postgresql] [typescript] [browser]
"""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET  # reads only the reports that this run has written
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".make" / "reports"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Outcome:
    """What a part came to. `tests` is None where the part counts no tests (lint)."""

    ok: bool
    tests: int | None = None
    failed: int = 0
    skipped: int = 0
    note: str = ""


def run(*command: str, folder: Path = ROOT, **settings: str) -> bool:
    """Run a command without standard input, its output shown as it comes; whether it ended well."""
    sys.stdout.flush()
    environment = os.environ | settings
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def ask(*command: str) -> tuple[str, str]:
    """(answer, complaint) of a set-up script; the answer is empty when it could not help."""
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    complaint = done.stderr.strip()
    return (done.stdout.strip(), complaint) if done.returncode == 0 else ("", complaint or f"{command[0]} failed")


def counted(part: str, ok: bool) -> Outcome:  # noqa: FBT001  the one thing besides the report that is known
    """Read the part's JUnit report: pytest and Vitest write the same form."""
    report = REPORTS / f"{part}.xml"
    if not report.exists():
        return Outcome(ok=False, tests=0, note="wrote no report")
    tests = failed = skipped = 0
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314  our own file, see the import
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    note = "" if tests - skipped > 0 else "ran no test"
    return Outcome(ok=ok and not failed and not note, tests=tests, failed=failed, skipped=skipped, note=note)


def lint() -> Outcome:
    """Style, types and the laws of the house."""
    return Outcome(ok=run("make", "--no-print-directory", "lint"))


def pytest(part: str, *arguments: str, database: str, url: str = "") -> Outcome:
    """One run of pytest, spread over the processors."""
    workers = str(min(os.cpu_count() or 1, 4))
    report = f"--junit-xml={REPORTS / part}.xml"
    command = (*PYTEST, "-n", workers, report, "tests", *arguments)
    ok = run(*command, PANDIAN_TEST_DB=database, PANDIAN_TEST_POSTGRESQL=url)
    return counted(part, ok)


def python_sqlite() -> Outcome:
    """All of Python but the browser, on the embedded database."""
    return pytest("python-sqlite", "-m", "not browser", database="sqlite")


def python_postgresql() -> Outcome:
    """What needs a database, once more on PostgreSQL; pure rules have run already."""
    url, complaint = ask(".ci/postgres.sh", "start")
    if not url:
        return Outcome(ok=False, tests=0, note=complaint)
    try:
        return pytest("python-postgresql", "-m", "database and not browser", database="postgresql", url=url)
    finally:
        ask(".ci/postgres.sh", "stop", url)


def typescript() -> Outcome:
    """The front end's own tests."""
    path, complaint = ask(".ci/node.sh")
    if not path:
        return Outcome(ok=False, tests=0, note=complaint)
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={REPORTS / 'typescript.xml'}")
    return counted("typescript", run("npm", "test", "--silent", "--", *reporters, folder=ROOT / "static", PATH=path))


def browser() -> Outcome:
    """The whole system, driven in a real browser."""
    chromium, complaint = ask(".ci/chromium.sh")
    if not chromium:
        return Outcome(ok=False, tests=0, note=complaint)
    report = f"--junit-xml={REPORTS / 'browser.xml'}"
    return counted("browser", run(*PYTEST, report, "tests/e2e", PANDIAN_CHROMIUM=chromium))


PARTS: dict[str, Callable[[], Outcome]] = {
    "lint": lint,
    "python-sqlite": python_sqlite,
    "python-postgresql": python_postgresql,
    "typescript": typescript,
    "browser": browser,
}


def main(names: list[str]) -> int:
    """Run the named parts (all when none is named). Returns the exit status."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    shutil.rmtree(REPORTS, ignore_errors=True)
    REPORTS.mkdir(parents=True)
    rows: list[tuple[str, Outcome, float]] = []
    for name in names or list(PARTS):
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        outcome = PARTS[name]()
        rows.append((name, outcome, time.monotonic() - began))
        print(f"=== {name}: {'passed' if outcome.ok else 'FAILED'} {outcome.note}".rstrip(), flush=True)
    return report_all(rows)


def report_all(rows: list[tuple[str, Outcome, float]]) -> int:
    """Print the table and the closing line; the exit status is 1 when any part failed."""
    print(f"\n{'part':<20}{'result':<9}{'tests':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for name, outcome, seconds in rows:
        tests = "-" if outcome.tests is None else str(outcome.tests)
        result = "passed" if outcome.ok else "FAILED"
        counts = f"{tests:>7}{outcome.failed:>8}{outcome.skipped:>9}{seconds:>9.1f}"
        print(f"{name:<20}{result:<9}{counts}  {outcome.note}".rstrip())
    failed = sum(outcome.failed for _, outcome, _ in rows) + sum(not o.ok and not o.failed for _, o, _ in rows)
    skipped = sum(outcome.skipped for _, outcome, _ in rows)
    passed = sum((o.tests or 0) - o.failed - o.skipped for _, o, _ in rows)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if all(outcome.ok for _, outcome, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
