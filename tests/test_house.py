"""The laws of the house that can be read off the source; import-linter checks who imports whom."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
FUNCTION_LINES_MAX: Final = 60
FILE_LINES_MAX: Final = 400
# Tables that only the ledger's service writes (the database refuses changes to entries, not to balances).
BOOK: Final = {"entry", "balance", "journal"}
BOOK_CLASSES: Final = {"Entry", "Balance", "Journal"}
WRITES: Final = ("insert", "update", "delete")  # pg_insert and sqlite_insert too
HTTP_PACKAGES: Final = {"flask", "werkzeug", "marshmallow", "flask_smorest", "webargs"}
IMPURE_PACKAGES: Final = HTTP_PACKAGES | {"sqlalchemy", "flask_sqlalchemy", "cv2", "numpy"}
ROOMS_OF_HTTP: Final = {"api", "schemas", "cookies"}


def sources(*folders: str) -> list[Path]:
    """The Python files of the given top-level folders, the root's own files too."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(found)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_only_the_transaction_commits() -> None:
    commits = [
        where(path, node)
        for path in sources("app", "scanner")
        if path != ROOT / "app/kernel/transaction.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert commits == []


def book_classes(module: ast.Module) -> set[str]:
    """By which names a file knows the tables of the book."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "app.ledger.models"
        for alias in node.names
        if alias.name in BOOK_CLASSES
    }


def book_writes(path: Path) -> Iterator[str]:
    """Where a file makes rows of the book, or inserts, updates or deletes them, in the ORM or in SQL text."""
    text_write = re.compile(
        rf"\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from)\s+\"?({'|'.join(sorted(BOOK))})\b", re.IGNORECASE
    )
    module = parsed(path)
    classes = book_classes(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0] if node.args else None
            target = first.value if isinstance(first, ast.Attribute) else first
            if name in classes or (name.endswith(WRITES) and isinstance(target, ast.Name) and target.id in classes):
                yield where(path, node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and text_write.search(node.value):
            yield where(path, node)


def test_only_the_ledgers_service_writes_the_book() -> None:
    """Law 5. The ledger's service may be one file or a folder of the same name."""
    elsewhere = [
        place
        for path in sources("app")
        if not path.relative_to(ROOT).as_posix().startswith("app/ledger/service")
        for place in book_writes(path)
    ]
    assert elsewhere == []


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{where(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in sources("app", "scanner", "tests", ".ci")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    front_end = [path for suffix in ("ts", "tsx") for path in (ROOT / "static/src").rglob(f"*.{suffix}")]
    too_long = {
        where(path): lines
        for path in [*sources("app", "scanner", "tests", ".ci"), *front_end]
        if path.name != "schema.ts"  # generated from the API's description
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES_MAX
    }
    assert too_long == {}


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [where(path) for path in sources("app", "scanner") if path.stem in drawers] == []


@pytest.mark.parametrize("path", sources("migrations/versions"), ids=lambda path: path.stem)
def test_a_migration_says_why_and_stands_alone(path: Path) -> None:
    """A version must run the same in ten years, so it imports nothing that goes on changing."""
    module = parsed(path)
    reason = ast.get_docstring(module) or ""
    # The first line is Alembic's title; the why comes after it or makes it a sentence.
    assert len(reason.split()) >= 8, f"{path.name} does not say why"
    imported = [
        name
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    assert [name for name in imported if name.split(".")[0] in {"app", "scanner"}] == []


def test_nothing_flattens_the_floors_by_importing_the_application() -> None:
    """`app` itself wires everything together: whoever imports it imports all floors. Only the top floor may."""
    importers = [
        where(path, node)
        for path in sources("app", "scanner")
        if path != ROOT / "app/cli.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "app"
    ]
    assert importers == []


def room(path: Path) -> str:
    """The room a module of a slice belongs to: its folder's, its own name, or the last word of it (line_rules)."""
    inside = path.relative_to(ROOT / "app").with_suffix("").parts[1:]
    return inside[0].split("_")[-1]


def slice_modules() -> list[Path]:
    """All modules of the slices; the kernel is not one of them."""
    return [
        path
        for path in sources("app")
        if len(path.relative_to(ROOT / "app").parts) > 1 and "app/kernel/" not in str(path)
    ]


def packages_imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_only_the_http_rooms_know_http() -> None:
    """Law 4, for a room that was split by prefix too (plan_service beside service)."""
    knowing = {
        where(path): sorted(known)
        for path in slice_modules()
        if room(path) not in ROOMS_OF_HTTP and (known := packages_imported(path) & HTTP_PACKAGES)
    }
    assert knowing == {}


def test_rules_are_pure_under_every_name() -> None:
    """Law 3, for rules that were split by prefix too."""
    impure = {
        where(path): sorted(known)
        for path in slice_modules()
        if room(path) == "rules" and (known := packages_imported(path) & IMPURE_PACKAGES)
    }
    assert impure == {}
