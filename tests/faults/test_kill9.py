"""Kill -9 of the server while phones push and pull: what was acknowledged is there, and everything is there once."""

import random
import time

from tests.faults.figures import Board
from tests.faults.floor import Floor, expect_each_once, size
from tests.faults.phone import Manner, counting, wait_for_more
from tests.faults.server import Server

KILLS_AT_RANDOM = size(6, 240)
DEATHS_BEFORE_ANSWERING = ["server", "worker"] * size(2, 20)


def test_what_was_acknowledged_is_there_once_whenever_the_server_is_killed(
    server: Server, floor: Floor, board: Board
) -> None:
    chance = random.Random(9)
    phones = floor.phones(server.url, 2) + floor.phones(server.url, 1, Manner(pulls=True))
    with counting(phones):
        for _ in range(KILLS_AT_RANDOM):
            wait_for_more(phones)
            time.sleep(chance.uniform(0, 0.05))
            if chance.random() < 0.5:
                server.kill_worker()
            else:
                server.kill()
                server.start()
        for victim in DEATHS_BEFORE_ANSWERING:
            wait_for_more(phones)
            server.die_before_answering(victim)
            server.wait_until_dead(victim)
            if victim == "server":
                server.start()
        wait_for_more(phones)

    assert sum(phone.broken for phone in phones) >= len(DEATHS_BEFORE_ANSWERING)
    struck = KILLS_AT_RANDOM + len(DEATHS_BEFORE_ANSWERING)
    board.write("kill -9 of worker or server", struck, phones, expect_each_once(phones))
