"""What a line says is what was scanned and keyed, whatever came later about codes, packs and corrections."""

from sqlalchemy import delete, select, update

from app.catalogue.models import Barcode
from app.kernel.transaction import reading, transact
from app.stocktake.fold import rebuild
from app.stocktake.models import Tally
from app.stocktake.unknown_codes import uncredited
from app.stocktake.verify import verify
from tests.builders import Cast, at, make_device, make_item, save
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import DOUBT, Pda

GTIN = "06901234567892"
OTHER = "06970399921238"


def tally(item: object) -> Tally | None:
    with reading() as session:
        return session.scalar(select(Tally).where(Tally.item_id == item.id))  # type: ignore[attr-defined]


def test_the_time_of_a_line_is_its_last_look_within_its_doubt(cast: Cast) -> None:
    water, pda = make_item(), Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(water, when=at(10, 5))
    page.scan(water, when=at(10, 9))
    page.void(page.scan(water, when=at(10, 30)), when=at(10, 31))
    pda.push()
    found = tally(water)
    assert found is not None
    assert (found.quantity, found.records) == (2, 2)
    assert (found.first_look_at, found.last_look_at) == (at(10, 5), at(10, 9))
    assert (found.look_from, found.look_to) == (at(10, 9) - DOUBT, at(10, 9) + DOUBT)


def test_undo_takes_a_record_back_also_when_it_arrives_first(cast: Cast) -> None:
    water, pda = make_item(), Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(water)
    page.void(page.scan(water, 5))
    pda.push(order=[3, 0, 2, 1])
    found = tally(water)
    assert found is not None
    assert found.quantity == 1


def test_undoing_a_keyed_number_brings_the_scans_back(cast: Cast) -> None:
    water, tea, pda = make_item(), make_item("TEA"), Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    scans = [page.scan(water), page.scan(water)]
    wrong = page.set(tea, 7, supersedes=scans)
    pda.push()
    assert tally(water) is None
    page.void(wrong)
    pda.push()
    found = tally(water)
    assert found is not None
    assert found.quantity == 2
    assert tally(tea) is None


def test_a_device_corrects_only_its_own_records(cast: Cast) -> None:
    """A void that came before its target is harmless where the target turns out to be another device's."""
    water, stocktake = make_item(), start_stocktake(cast)
    mine = Pda(cast.device, cast.counter, stocktake)
    foreign = Pda(make_device(cast.site, cast.administrator, number=2), cast.manager, stocktake)
    scan = mine.open(cast.bins[0]).scan(water, 4)
    foreign.open(cast.bins[1]).void(scan)
    assert foreign.push() == {}
    assert mine.push() == {}
    found = tally(water)
    assert found is not None
    assert found.quantity == 4


def test_a_pack_that_means_something_else_by_now_flags_the_line_and_keeps_its_number(cast: Cast) -> None:
    water = make_item(barcodes={GTIN: 12})
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(water, 12, code=GTIN, factor=12)
    pda.push()
    found = tally(water)
    assert found is not None
    assert (found.quantity, found.catalogue_changed) == (12, False)
    transact(lambda session: session.execute(update(Barcode).values(pack_factor=10)))
    page.scan(water, 10, code=GTIN, factor=10)
    pda.push()
    found = tally(water)
    assert found is not None
    assert (found.quantity, found.catalogue_changed) == (22, True)


def test_a_code_the_server_knows_is_credited_though_the_device_did_not_know_it(cast: Cast) -> None:
    water, rice = make_item(barcodes={GTIN: 6}), make_item("RICE", unit="kg", barcodes={OTHER: 5})
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    page = pda.open(cast.bins[0])
    page.scan(None, 2, code=GTIN[1:])
    page.scan(None, 3, code=OTHER)
    page.scan(None, code="SHELF-7")
    pda.push()
    found, weighed = tally(water), tally(rice)
    assert found is not None
    assert found.quantity == 12
    assert weighed is not None
    assert weighed.quantity == 3 * 5 * 1000, "three bags of 5 kg in grams"


def test_pieces_that_make_no_quantity_are_left_a_code_to_look_at(cast: Cast) -> None:
    rice = make_item("RICE", unit="kg", barcodes={OTHER: 1_000_000})
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    pda.open(cast.bins[0]).scan(None, 1_000_000_000, code=OTHER)
    assert pda.push() == {}
    assert tally(rice) is None


def test_tallies_can_be_rebuilt_and_a_wrong_one_shows(cast: Cast) -> None:
    water, tea, stocktake = make_item(), make_item("TEA"), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(water, 3)
    page.close(zeros=[tea])
    pda.push()
    with reading() as session:
        assert verify(session) == []
    transact(lambda session: session.execute(update(Tally).where(Tally.item_id == water.id).values(quantity=4)))
    transact(lambda session: session.execute(delete(Tally).where(Tally.item_id == tea.id)))
    with reading() as session:
        assert sorted((finding.found.split(",")[0], finding.check) for finding in verify(session)) == [
            ("(4", "tally"),
            ("no tally", "tally"),
        ]
    transact(lambda session: rebuild(session, stocktake.id))
    with reading() as session:
        assert verify(session) == []


def test_a_posted_stocktake_is_not_changed_by_what_a_code_came_to_mean(cast: Cast) -> None:
    water, stocktake = make_item(), start_stocktake(cast)
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(None, code=GTIN)
    pda.push()
    save(Barcode(normal_form=GTIN, code=GTIN, item_id=water.id, pack_factor=1))
    with reading() as session:
        assert verify(session) == [], "it waits to be credited, which is no mistake"
        assert uncredited(session) == [page.id]
    transact(lambda session: session.execute(update(type(stocktake)).values(state="posted")))
    with reading() as session:
        assert verify(session) == []
