"""The workbench's lines and the list of stocktakes as files."""

from tests.builders import Cast, at, make_item
from tests.stocktake.builders import count, start_stocktake


def test_lines_go_out_as_the_workbench_shows_them(cast: Cast) -> None:
    water, milk = make_item(), make_item("MILK")
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {water: 5, milk: 2}, at(10))
    desk = cast.client(cast.supervisor)

    def rows(name: str, **query: str) -> list[list[str]]:
        answer = desk.get(f"/api/v1/stocktakes/{name}", query_string=query)
        assert answer.status_code == 200, answer.json
        return [line.split(",") for line in answer.data.decode("utf-8-sig").splitlines()]

    head, *lines = rows(f"{stocktake.id}/lines/export", sort="sku", order="desc")
    assert head[:4] == ["location", "sku", "item_name", "lot"]
    assert [(line[1], line[7], line[8]) for line in lines] == [("WATER", "5", "5"), ("MILK", "2", "2")]
    assert [line[1] for line in rows(f"{stocktake.id}/lines/export", search="mil")[1:]] == ["MILK"]
    (told,) = rows("export", lang="zh")[1:]
    assert told[:6] == ["1", "Count 1", cast.site.code, "全盘", "是", "进行中"]
    assert rows("export", state="posted")[1:] == []
    assert cast.client(cast.outsider).get(f"/api/v1/stocktakes/{stocktake.id}/lines/export").status_code == 404
