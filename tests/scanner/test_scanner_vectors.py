"""The vectors that Python and the browser share: one code, one normal form, on every device."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.meaning import CodeError, normal_form

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors/codes.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_every_vector_has_its_one_normal_form(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(CodeError) as caught:
            normal_form(vector["text"], vector["symbology"])
        assert caught.value.code == vector["error"]
    else:
        assert normal_form(vector["text"], vector["symbology"]) == vector["normal_form"]


def test_a_normal_form_is_its_own_normal_form() -> None:
    forms = [v["normal_form"] for v in VECTORS if "normal_form" in v]
    # "]C0A" is what is left of "]C0]C0A": only a hostile text carries two identifiers.
    assert [f for f in forms if normal_form(f) != f] == ["]C0A"]


def test_the_vectors_are_named_once_each() -> None:
    names = [v["name"] for v in VECTORS]
    assert len(names) == len(set(names)) >= 40
