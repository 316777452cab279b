"""A bad network between phones and server: requests and answers are lost, cut, late, doubled, and slow."""

import threading
import time
from typing import Any

from app.demo.push_client import Device
from tests.faults.figures import Board
from tests.faults.floor import Floor, expect_each_once, size
from tests.faults.phone import Manner, counting, wait_for_more
from tests.faults.proxy import FAULTS, Proxy
from tests.faults.server import Server

BROKEN_SHARE = 0.6
STRIKES = size(120, 5_000)
DRAINED_WITHIN_S = 20
AT_ONCE = 10
ROUNDS_AT_ONCE = size(3, 50)


def test_whatever_the_network_does_every_scan_arrives_once(server: Server, floor: Floor, board: Board) -> None:
    with Proxy(server.port, BROKEN_SHARE) as network:
        phones = floor.phones(network.url, 3) + floor.phones(network.url, 1, Manner(batch=150, pulls=True))
        with counting(phones):
            while network.struck.total() < STRIKES:
                wait_for_more(phones)
            network.healed = True
            healed_at = time.monotonic()
        drain_s = time.monotonic() - healed_at

    assert set(network.struck) == set(FAULTS), "a fault that never struck was not tried"
    assert sum(phone.broken for phone in phones) > 0
    assert drain_s <= DRAINED_WITHIN_S
    board.write(
        "network: lost, cut, late, doubled, slow",
        network.struck.total(),
        phones,
        expect_each_once(phones),
        drain_s,
        **network.struck,
    )


def test_the_same_batch_ten_times_at_once_gets_ten_equal_answers(server: Server, floor: Floor, board: Board) -> None:
    [phone] = floor.phones(server.url, 1)
    twins = [_twin(phone.device) for _ in range(AT_ONCE)]
    for _ in range(ROUNDS_AT_ONCE):
        phone.scan_batch(60)
        texts = [entry.text for entry in phone.device.pending]
        answers = _at_once(twins, texts)
        assert {(answer["n"], answer["hwm"], len(answer["exceptions"])) for answer in answers} == {
            (len(texts), phone.device.next_seq - 1, 0)
        }
        phone.push_until_answered()
        phone.tries += AT_ONCE
    board.write("the same batch ten times at once", ROUNDS_AT_ONCE, [phone], expect_each_once([phone]))
    for twin in twins:
        twin.http.close()
    phone.device.http.close()


def _twin(device: Device) -> Device:
    """The same device once more, with a connection of its own."""
    http = type(device.http)(base_url=device.http.base_url, cookies=device.http.cookies, timeout=20)
    return Device(http, device.key, device.device_id, device.installation_id, device.person)


def _at_once(twins: list[Device], texts: list[str]) -> list[dict[str, Any]]:
    """The answers to one batch, sent by all in the same moment, each in another order."""
    answers: list[Any] = [None] * len(twins)
    ready = threading.Barrier(len(twins))

    def send(place: int) -> None:
        shuffled = texts[place * 5 :] + texts[: place * 5]
        ready.wait()
        answers[place] = twins[place].send(shuffled, next_seq=len(texts) + 1)

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(twins))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert None not in answers, "one of them was refused or never answered"
    return answers
