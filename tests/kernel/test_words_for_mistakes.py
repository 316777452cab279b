"""Every mistake a file can have is said in both languages: the front end has words for each code an import raises."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# Who notes a mistake, and which of its arguments is the code.
NOTED_BY: Final = {"CellMistake": 0, "TextMistake": 0, "BadCell": 1, "RowError": 3, "refuse": 3, "mistake": 2} | {
    "_row_error": 2,
    "FieldError": 1,
}
OF_FILES: Final = (
    "table",
    "file_",
    "_file",
    "files",
    "people_plan",
    "cells",
    "text.py",
    "catalogue/rules.py",
    "drafts",
)


def codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = NOTED_BY.get(name, -1)
            if name in {"Malformed", "TooLarge"}:
                place = 0
            argument = node.args[place] if 0 <= place < len(node.args) else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def test_the_front_end_has_words_for_every_mistake_of_a_file() -> None:
    raised: dict[str, str] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        if any(part in where for part in OF_FILES) and "_http" not in where:
            raised |= {code: where for code in codes_in(path) if re.fullmatch(r"[a-z_0-9]+", code)}
    texts = "\n".join(path.read_text("utf-8") for path in (ROOT / "static/src/i18n").rglob("*errors*.ts"))
    known = set(re.findall(r"^  ([a-z_0-9]+): \{", texts, re.MULTILINE))
    assert len(raised) > 40
    assert {code: where for code, where in raised.items() if code not in known} == {}
