"""What a picture worker answers: codes, pictures made anew, and refusals that cost next to nothing."""

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanner.labels import render_label, to_jpeg, to_png
from scanner.worker_limits import MEMORY_BYTES, SIDE_KEPT
from scanner.worker_pool import PictureRefused, WorkerPool
from tests.scanner.hostile import DAMAGED, LARGE, MB, SOY_SAUCE, UNKNOWN, peak_bytes, photo, pids, with_exif


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(1)
    yield pool
    pool.close()


# --- what it answers --------------------------------------------------------------------------------------------


def test_codes_come_with_what_they_mean_and_where_they_are(pool: WorkerPool) -> None:
    label = render_label(SOY_SAUCE)
    read = pool.read_codes(to_jpeg(label))
    [code] = read.codes
    assert (code["text"], code["gtin"], code["accepted"]) == (SOY_SAUCE, "0" + SOY_SAUCE, True)
    assert code["meaning"]["kind"] == "gtin"
    assert read.side == max(label.shape)
    assert len(code["position"]) == 4


def test_a_picture_of_50_megapixels_is_read_in_its_own_coordinates(pool: WorkerPool) -> None:
    small = pool.read_codes(to_png(render_label(SOY_SAUCE)))
    canvas = np.full((6000, 8000), 255, np.uint8)
    label = cv2.resize(render_label(SOY_SAUCE), None, fx=3, fy=3)
    canvas[3000 : 3000 + label.shape[0], 4000 : 4000 + label.shape[1]] = label[:, :, 0] if label.ndim == 3 else label
    read = pool.read_codes(to_png(canvas))
    assert [code["text"] for code in read.codes] == [code["text"] for code in small.codes] == [SOY_SAUCE]
    assert read.side == 8000
    assert all(4000 <= x <= 4000 + label.shape[1] and y >= 3000 for x, y in read.codes[0]["position"])


@pytest.mark.parametrize(
    ("size", "made"), [((4000, 3000), (1600, 1200)), ((3199, 200), (1600, 100)), ((90, 40), (90, 40)), ((1, 1), (1, 1))]
)
def test_what_is_kept_is_at_most_1600_pixels_long(
    pool: WorkerPool, size: tuple[int, int], made: tuple[int, int]
) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    for encoded in (to_jpeg(picture), to_png(picture)):
        remade = pool.remake(encoded)
        assert (remade.width, remade.height) == made
        assert cv2.imdecode(np.frombuffer(remade.jpeg, np.uint8), cv2.IMREAD_COLOR).shape[:2] == made[::-1]


@pytest.mark.parametrize("size", [(40, 20), (3400, 1700), (7000, 3500)])
def test_a_picture_taken_upright_is_kept_upright_without_its_metadata(pool: WorkerPool, size: tuple[int, int]) -> None:
    """Orientation 6: the camera was turned; the picture's left upper corner belongs to the right."""
    width, height = size
    lying = np.zeros((height, width, 3), np.uint8)
    lying[: height // 2, : width // 2] = 255
    remade = pool.remake(with_exif(to_jpeg(lying), orientation=6))
    upright = cv2.imdecode(np.frombuffer(remade.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    factor = min(1.0, SIDE_KEPT / width)
    assert upright.shape == (round(width * factor), round(height * factor)) == (remade.height, remade.width)
    assert upright[2, -2] > 200
    assert upright[2, 2] < 50
    assert b"Exif" not in remade.jpeg
    assert b"GPS" not in remade.jpeg


@pytest.mark.parametrize("encode", [to_jpeg, to_png, lambda picture: cv2.imencode(".webp", picture)[1].tobytes()])
def test_nothing_survives_but_pixels(pool: WorkerPool, encode: Callable[[NDArray[np.uint8]], bytes]) -> None:
    """A file that is a page or an archive as well is neither afterwards."""
    page = b"<script>alert(1)</script>PK\x03\x04" + b"archive" * 5000
    remade = pool.remake(encode(render_label(SOY_SAUCE)) + page)
    assert b"script" not in remade.jpeg
    assert b"PK\x03\x04" not in remade.jpeg
    assert remade.jpeg.startswith(b"\xff\xd8\xff")
    assert remade.jpeg.endswith(b"\xff\xd9")


# --- what it refuses, in bounded time and memory ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "hostile"),
    [
        *(pytest.param("picture_too_large", data, id=name) for name, data in LARGE.items()),
        *(pytest.param("picture_damaged", data, id=name) for name, data in DAMAGED.items()),
        *(pytest.param("picture_unknown", data, id=name) for name, data in UNKNOWN.items()),
    ],
)
def test_what_is_no_decent_picture_is_refused_at_once(pool: WorkerPool, code: str, hostile: bytes) -> None:
    pool.read_codes(photo())
    [pid] = pids(pool)
    before, started = peak_bytes(pid), time.monotonic()
    for work in (pool.remake, pool.read_codes):
        with pytest.raises(PictureRefused) as caught:
            work(hostile)
        assert caught.value.code == code
    assert time.monotonic() - started < 1
    assert peak_bytes(pid) - before < 40 * MB
    assert pids(pool) == [pid]


@pytest.mark.parametrize("progressive", [False, True])
def test_the_largest_picture_allowed_keeps_within_the_memory_allowed(pool: WorkerPool, *, progressive: bool) -> None:
    how = [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive), cv2.IMWRITE_JPEG_QUALITY, 60]
    largest = cv2.imencode(".jpg", np.zeros((6250, 8000, 3), np.uint8), how)[1].tobytes()
    started = time.monotonic()
    assert pool.remake(largest).width == SIDE_KEPT
    assert pool.read_codes(largest).codes == []
    assert time.monotonic() - started < 10
    assert peak_bytes(pids(pool)[0]) < MEMORY_BYTES + 100 * MB
