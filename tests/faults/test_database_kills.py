"""Kill -9 of the database server under the web server's hands. (SQLite lives in the worker: see test_kill9.)"""

import random
import time

import pytest

from tests.builders import Cast
from tests.faults.figures import Board
from tests.faults.floor import Floor, expect_each_once, size
from tests.faults.phone import Manner, counting, wait_for_more
from tests.faults.postgres import OwnPostgres
from tests.faults.server import Server

pytestmark = pytest.mark.engine("postgresql")
KILLS = size(2, 120)


def test_what_was_acknowledged_is_there_once_whenever_the_database_is_killed(
    own_postgres: OwnPostgres, own_cast: Cast, own_server: Server, board: Board
) -> None:
    chance = random.Random(5)
    floor = Floor(own_cast)
    phones = floor.phones(own_server.url, 3) + floor.phones(own_server.url, 1, Manner(batch=200, pulls=True))
    backends = 0
    with counting(phones):
        for number in range(KILLS):
            wait_for_more(phones)
            time.sleep(chance.uniform(0, 0.1))
            if number % 2:
                own_postgres.kill_backend(chance)
                backends += 1
            else:
                own_postgres.kill()
                own_postgres.start()
        wait_for_more(phones)

    refused = sum(sum(phone.refusals.values()) for phone in phones)
    counted = expect_each_once(phones)
    board.write("kill -9 of PostgreSQL or a backend", KILLS, phones, counted, backends=backends, refused=refused)
    assert refused > 0, "nobody noticed: the kills proved nothing"
