"""A picture may do to its worker what it likes: the server hears of it in time, and the next picture is read."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.worker_pool import PictureBreaks, PoolBusy, PoolError, PoolFailed, WorkerPool
from tests.scanner.hostile import FRAGILE, FRAGILE_COMMAND, SOY_SAUCE, gone_within, is_alive, photo, pids, told_to


@pytest.fixture
def make_pool() -> Iterator[Callable[..., WorkerPool]]:
    made = []

    def make(workers: int = 1, *, wall_s: float = 30.0, command: tuple[str, ...] = FRAGILE_COMMAND) -> WorkerPool:
        made.append(WorkerPool(workers, command=command, wall_s=wall_s))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def test_a_picture_cannot_take_more_memory_than_allowed(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool()
    with pytest.raises(PictureBreaks):
        pool.remake(told_to("memory"))
    assert pool.read_codes(photo()).codes


# --- what it survives ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["abort", "segv", "raise", "leave"])
def test_a_picture_that_kills_its_worker_is_refused_and_the_next_is_read(
    make_pool: Callable[..., WorkerPool], deed: str
) -> None:
    pool = make_pool()
    for _ in range(2):
        with pytest.raises(PictureBreaks):
            pool.remake(told_to(deed))
        assert [code["text"] for code in pool.read_codes(photo()).codes] == [SOY_SAUCE]


def test_a_picture_that_never_ends_is_stopped_for_its_processor_time(make_pool: Callable[..., WorkerPool]) -> None:
    pool, started = make_pool(), time.monotonic()
    with pytest.raises(PictureBreaks, match="too long"):
        pool.remake(told_to("spin"))
    assert time.monotonic() - started < 25
    assert pool.remake(photo())


def test_a_worker_that_waits_is_killed_and_the_picture_may_come_again(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(wall_s=1.0)
    pool.read_codes(photo())
    [pid], started = pids(pool), time.monotonic()
    with pytest.raises(PoolFailed):
        pool.remake(told_to("sleep"))
    assert time.monotonic() - started < 5
    assert not is_alive(pid)
    assert pool.remake(photo())


def test_other_pictures_are_read_while_one_hangs(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(2, wall_s=3.0)
    pool.remake(photo())
    ended: list[float] = []

    def hang() -> None:
        with pytest.raises(PoolFailed):
            pool.remake(told_to("sleep"))
        ended.append(time.monotonic())

    thread = threading.Thread(target=hang)
    thread.start()
    time.sleep(0.2)
    for _ in range(3):
        assert pool.read_codes(photo()).codes
    read = time.monotonic()
    thread.join()
    assert read < ended[0]


def test_who_would_wait_too_long_is_told_so_at_once(make_pool: Callable[..., WorkerPool]) -> None:
    pool, outcomes = make_pool(wall_s=1.5), []

    def hang() -> None:
        try:
            pool.remake(told_to("sleep"))
        except PoolError as error:
            outcomes.append((type(error), time.monotonic()))

    pool.remake(photo())
    started = time.monotonic()
    threads = [threading.Thread(target=hang) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = [moment - started for kind, moment in outcomes if kind is PoolBusy]
    assert len(busy) >= 2
    assert sorted(busy)[1] < 1
    assert pool.remake(photo())


def test_a_hundred_pictures_from_eight_threads_get_their_own_answers(make_pool: Callable[..., WorkerPool]) -> None:
    pool, wrong = make_pool(2), []
    texts = [f"LOT-{number:03}" for number in range(8)]

    def work(text: str) -> None:
        picture = photo(text, "Code 128")
        for _ in range(12):
            try:
                found = [code["text"] for code in pool.read_codes(picture).codes]
            except PoolBusy:
                continue
            wrong.extend(it for it in found if it != text)

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(pids(pool)) <= 2


# --- how it comes and goes ------------------------------------------------------------------------------------------


def test_nothing_is_started_before_the_first_picture(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool(2)
    assert pids(pool) == []
    pool.remake(photo())
    assert len(pids(pool)) == 1


def test_the_server_loads_no_picture_library() -> None:
    libraries = "{'cv2', 'numpy', 'zxingcpp', 'pyzbar', 'scanner.decode'}"
    code = f"import sys, scanner.worker_pool; print(sorted({libraries} & {{*sys.modules}}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_worker_that_went_for_lack_of_work_is_replaced_unnoticed(make_pool: Callable[..., WorkerPool]) -> None:
    impatient = FRAGILE.replace("CPU_SECONDS = 1", "IDLE_SECONDS = 0.3")
    pool = make_pool(command=(sys.executable, "-c", impatient))
    pool.remake(photo())
    [pid] = pids(pool)
    assert gone_within(pid, 5)
    assert pool.remake(photo())
    assert pids(pool) != [pid]


def test_a_worker_goes_after_its_pictures(make_pool: Callable[..., WorkerPool]) -> None:
    brief = FRAGILE.replace("CPU_SECONDS = 1", "PICTURES_PER_WORKER = 2")
    pool, seen = make_pool(command=(sys.executable, "-c", brief)), []
    for _ in range(4):
        pool.remake(photo())
        seen += pids(pool)
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_a_worker_that_does_not_start_is_the_servers_trouble(make_pool: Callable[..., WorkerPool]) -> None:
    for command in ((sys.executable, "-c", "raise SystemExit(1)"), ("/no/such/program",)):
        with pytest.raises(PoolFailed):
            make_pool(command=command).remake(photo())


def test_it_ends_with_its_server(tmp_path: Path) -> None:
    """Also when the server was killed, in the middle of a picture."""
    code = (
        "import sys, threading, time\n"
        "from scanner.worker_pool import WorkerPool\n"
        f"pool = WorkerPool(1, command=(sys.executable, '-c', {FRAGILE!r}))\n"
        "data = sys.stdin.buffer.read()\n"
        "pool.remake(data)\n"
        "print(pool._places.queue[0].process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(photo())
        server.stdin.close()
        pid = int(server.stdout.readline())
        assert is_alive(pid)
        server.kill()
    assert gone_within(pid, 5)


def test_a_forked_child_has_workers_of_its_own(make_pool: Callable[..., WorkerPool]) -> None:
    pool = make_pool()
    pool.remake(photo())
    [pid] = pids(pool)
    child = os.fork()
    if child == 0:
        try:
            own = pids(pool) == [] and bool(pool.remake(photo())) and pids(pool) != [pid]
            pool.close()
            os._exit(0 if own else 1)
        except BaseException:  # noqa: BLE001  # a child must not run on into pytest
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pool.remake(photo())
    assert pids(pool) == [pid]


def test_a_worker_knows_nothing_of_the_server(
    make_pool: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@db/pandian")
    pool = make_pool()
    pool.remake(photo())
    [pid] = pids(pool)
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert "unlimited" not in next(line for line in limits.splitlines() if line.startswith("Max address space"))
