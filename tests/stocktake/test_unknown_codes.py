"""A code nobody knows is kept, the counter goes on, and every record that carried it is credited later."""

from typing import Any

from sqlalchemy import delete

from app.catalogue.models import Barcode
from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.stocktake.models import Stocktake
from app.stocktake.unknown_codes import credit_known, uncredited
from tests.builders import Cast, make_device, make_item, save
from tests.stocktake.builders import line_of, start_stocktake
from tests.stocktake.floor import Pda

GTIN = "6970399921238"
FORM = "06970399921238"


def unknown(cast: Cast, stocktake: Stocktake) -> list[dict[str, Any]]:
    answer = cast.client(cast.supervisor).get(f"/api/v1/stocktakes/{stocktake.id}/unknown-codes")
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def bind(cast: Cast, stocktake: Stocktake, item: Any, code: str = FORM, pack_factor: int = 1) -> Any:
    body = {"code": code, "item_id": str(item.id), "pack_factor": pack_factor}
    return cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/unknown-codes/bind", json=body)


def test_it_is_listed_with_place_time_scans_and_the_last_known_good_beside_it(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    first, second = pda.open(cast.bins[0]), pda.open(cast.bins[1])
    second.scan(None, 2, code=GTIN)
    first.scan(water)
    first.scan(None, code=GTIN)
    first.void(first.scan(None, 50, code=GTIN))
    first.scan(None, code="SHELF-7")
    pda.push()
    rows = unknown(cast, stocktake)
    assert [(row["code"], row["scans"], row["pieces"]) for row in rows] == [(FORM, 2, 3), ("SHELF-7", 1, 1)]
    assert (rows[0]["places"], rows[0]["persons"]) == (["A-01", "A-02"], ["Counter"])
    assert rows[0]["as_scanned"] == GTIN
    assert rows[0]["beside"]["sku"] == water.sku
    assert rows[0]["first_at"] < rows[0]["last_at"]


def test_a_code_without_a_neighbour_is_listed_all_the_same(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(None, code=GTIN)
    pda.push()
    assert [row["beside"] for row in unknown(cast, stocktake)] == [None]


def test_binding_credits_every_record_in_every_open_stocktake(cast: Cast) -> None:
    tea, here = make_item("TEA"), start_stocktake(cast)
    elsewhere = start_stocktake(cast, number=2)
    over = start_stocktake(cast, number=3)
    other = make_device(cast.site, cast.administrator, number=2)
    for stocktake, device in ((here, cast.device), (elsewhere, other)):
        pda = Pda(device, cast.counter, stocktake)
        pda.open(cast.bins[0]).scan(None, 3, code=GTIN)
        pda.push()
    done = Pda(make_device(cast.site, cast.administrator, number=3), cast.counter, over)
    done.open(cast.bins[0]).scan(None, 3, code=GTIN)
    done.push()
    cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{over.id}/cancel")
    answer = bind(cast, here, tea, pack_factor=12)
    assert (answer.status_code, answer.json) == (200, {"sheets": 2})
    for stocktake in (here, elsewhere):
        assert line_of(stocktake, cast.bins[0], tea).quantity_counted == 36
        assert unknown(cast, stocktake) == []


def test_binding_moves_no_time(cast: Cast) -> None:
    tea, stocktake = make_item("TEA"), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(None, code=GTIN)
    scanned = pda.clock
    pda.push()
    bind(cast, stocktake, tea)
    assert line_of(stocktake, cast.bins[0], tea).counted_at == scanned


def test_a_code_that_means_something_else_is_not_taken_away(cast: Cast) -> None:
    make_item("WATER", barcodes={FORM: 1})
    refused = bind(cast, start_stocktake(cast), make_item("TEA"))
    assert refused.status_code == 409


def test_what_the_catalogue_learned_otherwise_is_credited_by_the_next_record_or_the_closing(cast: Cast) -> None:
    tea, stocktake = make_item("TEA"), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page, other = pda.open(cast.bins[0]), pda.open(cast.bins[1])
    page.scan(None, code=GTIN)
    other.scan(None, code=GTIN)
    pda.push()
    save(Barcode(normal_form=FORM, code=GTIN, item_id=tea.id, pack_factor=1))
    page.scan(tea, code=GTIN)
    pda.push()
    assert line_of(stocktake, cast.bins[0], tea).quantity_counted == 2
    cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/close", json={})
    assert line_of(stocktake, cast.bins[1], tea).quantity_counted == 1


def test_what_the_catalogue_learned_otherwise_is_credited_within_a_minute(cast: Cast) -> None:
    tea, stocktake = make_item("TEA"), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(None, 2, code=GTIN)
    pda.push()
    save(Barcode(normal_form=FORM, code=GTIN, item_id=tea.id, pack_factor=6))
    with reading() as session:
        assert len(uncredited(session)) == 1
    transact(lambda session: credit_known(session, now()))
    assert line_of(stocktake, cast.bins[0], tea).quantity_counted == 12
    with reading() as session:
        assert uncredited(session) == []


def test_a_code_bound_to_the_wrong_item_is_mended(cast: Cast) -> None:
    wrong, right, stocktake = make_item("WRONG"), make_item("RIGHT"), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    pda.open(cast.bins[0]).scan(None, 2, code=GTIN)
    pda.push()
    bind(cast, stocktake, wrong)
    transact(lambda session: session.execute(delete(Barcode)))
    assert bind(cast, stocktake, right).status_code == 200
    assert line_of(stocktake, cast.bins[0], wrong).quantity_counted is None
    assert line_of(stocktake, cast.bins[0], right).quantity_counted == 2


def test_only_a_supervisor_of_the_site_binds(cast: Cast) -> None:
    stocktake, tea = start_stocktake(cast), make_item("TEA")
    body = {"code": FORM, "item_id": str(tea.id), "pack_factor": 1}
    path = f"/api/v1/stocktakes/{stocktake.id}/unknown-codes/bind"
    assert cast.client(cast.counter).post(path, json=body).status_code == 403
    assert cast.client(cast.outsider).post(path, json=body).status_code == 404
