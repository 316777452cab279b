"""Pages: a place to go on from, and no other."""

import base64

import pytest
from marshmallow import ValidationError

from app.kernel.errors import Invalid
from app.kernel.paging import PAGE_LIMIT, PageQuery, offset_of, page


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_the_next_page_begins_where_this_one_ends() -> None:
    first = page([1, 2], total=5, offset=0)
    assert offset_of(first.next) == 2
    assert offset_of(page([3, 4], total=5, offset=2).next) == 4
    assert page([5], total=5, offset=4).next is None


def test_the_first_page_has_no_place_before_it() -> None:
    assert offset_of(None) == 0


def test_beyond_the_end_there_is_nothing_and_no_more() -> None:
    assert page([], total=5, offset=9).next is None


@pytest.mark.parametrize(
    "place",
    [
        "",
        "x",
        "水",
        "\x00",
        "AAAA",
        *map(
            cursor, ("{}", '{"offset":-1}', '{"offset":1.5}', '{"offset":true}', '{"offset":"1"}', "[1]", "1", "null")
        ),
        cursor('{"offset":1000000001}'),
        cursor("[" * 100_000),
    ],
)
def test_a_place_somebody_made_up_is_refused(place: str) -> None:
    with pytest.raises(Invalid, match="This place is unknown"):
        offset_of(place)


@pytest.mark.parametrize("limit", ["0", "-1", str(PAGE_LIMIT + 1), "many", "1.5", "", "9" * 30])
def test_a_page_has_one_to_a_thousand_rows(limit: str) -> None:
    with pytest.raises(ValidationError):
        PageQuery().load({"limit": limit})
