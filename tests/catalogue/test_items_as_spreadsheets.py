"""Items as XLSX and in either language: what goes out comes in again and changes nothing; lists keep their filter."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue.service.file_columns import item_columns
from app.kernel.table_out import Form, write_table
from app.kernel.table_xlsx import xlsx_lines
from tests.builders import Cast
from tests.kernel.workbooks import row, workbook

GOODS: tuple[tuple[Any, ...], ...] = (
    ("WATER", "纯净水 550ml", "饮料", "瓶", 0, "06921168509256", 1, "", "1.5", "no", "no", "no", None, "yes"),
    ("WATER", "", "", "", None, "16921168509253", 12, "箱", None, "", "", "", None, ""),
    ("0012", "-5°C gloves", "", "pcs", None, "0000012345670", 1, "", "3.205001", "no", "no", "no", None, "yes"),
    ("1E5", "=SUM(A1)", "", "kg", None, "", None, "", None, "yes", "yes", "no", 30, "no"),
    ("TRUE", "'quoted", "", "pcs", None, "(01)\x1d99", 1, "", None, "no", "no", "no", None, "yes"),
)


@pytest.fixture
def manager(cast: Cast) -> FlaskClient:
    return cast.client(cast.manager)


def send(client: FlaskClient, data: bytes) -> Any:
    answer = client.post("/api/v1/items/import?dry_run=false", data=data, content_type="application/octet-stream")
    assert answer.status_code == 200, answer.json
    return answer.json


@pytest.mark.parametrize("lang", ["zh", "en", "names"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_and_changes_nothing(manager: FlaskClient, format: str, lang: str) -> None:  # noqa: A002
    form = Form(format, lang)  # type: ignore[arg-type]
    assert send(manager, write_table(item_columns(2), GOODS, form))["created"] == len(GOODS)
    before = manager.get("/api/v1/items?limit=1000").json["rows"]
    assert [row["sku"] for row in before] == ["0012", "1E5", "TRUE", "WATER"]
    assert [row["name"] for row in before] == ["-5°C gloves", "=SUM(A1)", "'quoted", "纯净水 550ml"]
    assert [code["code"] for code in before[0]["barcodes"]] == ["0000012345670"]
    exported = manager.get("/api/v1/items/export", query_string={"format": format, "lang": lang}).data
    again = send(manager, exported)
    assert (again["rows"], again["unchanged"], again["errors"]) == (len(GOODS), len(GOODS), [])
    assert manager.get("/api/v1/items?limit=1000").json["rows"] == before


def test_a_file_has_what_the_list_found(manager: FlaskClient) -> None:
    send(manager, write_table(item_columns(2), GOODS, Form("xlsx", "zh")))

    def skus(**query: str) -> list[Any]:
        data = manager.get("/api/v1/items/export", query_string={"format": "xlsx", **query}).data
        return [cells[0] for _, cells in xlsx_lines(data, lambda _: True)][1:]

    assert skus(search="纯净") == ["WATER", "WATER"]
    assert skus(active="false") == ["1E5"]
    assert skus(search="nothing") == []


def test_a_barcode_typed_as_a_number_is_taken_and_one_that_lost_digits_is_not(manager: FlaskClient) -> None:
    number = "<c><v>{}</v></c>".format
    good = workbook(row("商品编码", "名称", "条码"), row("A", "A", number("6.921168509256E12")))
    assert send(manager, good)["created"] == 1
    found = manager.get("/api/v1/items?search=6921168509256").json["rows"]
    assert [item["sku"] for item in found] == ["A"]
    bad = workbook(row("商品编码", "名称", "条码"), row("B", "B", number("106921168509256000")))
    refused = manager.post("/api/v1/items/import?dry_run=false", data=bad, content_type="text/csv")
    assert refused.status_code == 422
    (mistake,) = refused.json["errors"]
    assert (mistake["cell"], mistake["head"], mistake["code"]) == ("C2", "条码", "digits_lost")
