"""Every list comes as a file, in both formats and languages, with the list's own filter."""

import csv
import io

import pytest

from app.kernel.table_http import XLSX
from app.kernel.table_xlsx import xlsx_lines
from tests.builders import Cast

EXPORTS = (
    *("items", "people", "sites/{site}/locations", "sites/{site}/journals"),
    *("journals", "stock", "stocktakes", "held"),
    *("suppliers", "suppliers/items", "purchase-orders", "expected-deliveries", "item-places", "receipts"),
)
OF_A_SITE = {"item-places"}  # asked for by query


def csv_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", EXPORTS)
def test_a_list_comes_in_both_formats_with_headers_for_people_or_for_programs(cast: Cast, name: str) -> None:
    client = cast.client(cast.administrator)
    url = f"/api/v1/{name.format(site=cast.site.id)}/export"
    asked = {"site_id": str(cast.site.id)} if name in OF_A_SITE else {}
    rows = csv_of(client.get(url, query_string=asked).data)
    assert all(head.isascii() and head == head.lower() for head in rows[0])
    chinese = csv_of(client.get(url, query_string=asked | {"lang": "zh"}).data)
    assert all(not head.isascii() or head == "SKU" for head in chinese[0])
    browser = {"Accept-Language": "zh-CN,zh;q=0.9"}
    assert csv_of(client.get(url, query_string=asked, headers=browser).data) == chinese
    answer = client.get(url, query_string=asked | {"format": "xlsx", "lang": "zh"})
    assert (answer.status_code, answer.content_type) == (200, XLSX)
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = [cells for _, cells in xlsx_lines(answer.data, lambda _: True)]
    assert sheet[0] == chinese[0]
    assert len(sheet) == len(rows)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_format_or_language_nobody_knows_is_refused(cast: Cast, name: str) -> None:
    client = cast.client(cast.administrator)
    url = f"/api/v1/{name.format(site=cast.site.id)}/export"
    for query in ({"format": "pdf"}, {"lang": "de"}, {"columns": "all"}):
        assert client.get(url, query_string=query).status_code == 422, query


TEMPLATES = (
    *("items", "people", "sites/{site}/locations", "sites/{site}/journals"),
    *("suppliers", "suppliers/items", "purchase-orders", "expected-deliveries", "item-places"),
)


@pytest.mark.parametrize("lang", ["zh", "en", "names"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_read_as_it_is_given(cast: Cast, name: str, format: str, lang: str) -> None:  # noqa: A002
    client = cast.client(cast.administrator)
    at = f"/api/v1/{name.format(site=cast.site.id)}"
    template = client.get(f"{at}/template", query_string={"format": format, "lang": lang}).data
    kind = {"kind": "receipt"} if name.endswith("journals") else {}
    if name in {"purchase-orders", "expected-deliveries", "item-places"}:
        kind = {"site_id": str(cast.site.id)}
    answer = client.post(f"{at}/import", data=template, query_string=kind, content_type="text/csv")
    assert answer.status_code == 200, answer.json
    broken = [error for error in answer.json["errors"] if not error["code"].startswith("unknown_")]
    assert broken == []  # its goods and sites are made up, its cells are not wrong
