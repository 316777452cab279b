"""Pictures that mean harm, and a worker that obeys them."""

import struct
import sys
import time
import zlib
from pathlib import Path

from scanner.labels import render_label, to_jpeg, to_png
from scanner.worker_pool import WorkerPool

SOY_SAUCE = "6921168509256"
MB = 1024 * 1024

# A worker as ours, except that it obeys what is written into a picture.
FRAGILE = """
import ctypes, os, sys, time
from scanner import worker, worker_limits

worker_limits.CPU_SECONDS = 1
real = worker.answer
deeds = {
    b"do:abort": os.abort,
    b"do:segv": lambda: ctypes.string_at(0),
    b"do:spin": lambda: exec("while True: pass"),
    b"do:sleep": lambda: time.sleep(60),
    b"do:memory": lambda: bytearray(2 * worker_limits.MEMORY_BYTES),
    b"do:leave": lambda: os._exit(0),
    b"do:raise": lambda: 1 / 0,
}

def answer(want, data):
    for word, deed in deeds.items():
        if word in data:
            deed()
    return real(want, data)

worker.answer = answer
sys.exit(worker.main())
"""
FRAGILE_COMMAND = (sys.executable, "-c", FRAGILE)


def photo(text: str = SOY_SAUCE, symbology: str = "EAN-13") -> bytes:
    """A photograph of a label."""
    return to_jpeg(render_label(text, symbology))


def told_to(deed: str, jpeg: bytes | None = None) -> bytes:
    """The picture with a comment in it."""
    jpeg, comment = jpeg or photo(), b"do:" + deed.encode()
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


def pids(pool: WorkerPool) -> list[int]:
    return [worker.process.pid for worker in pool._places.queue if worker is not None]


def peak_bytes(pid: int) -> int:
    """The most memory the process ever had in use."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def with_exif(jpeg: bytes, *, orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + struct.pack(">H", 1) + entry + b"\x00" * 4 + b"GPS 31.23 121.47"
    body = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def png_claiming(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def huge_webp() -> bytes:
    """An extended WebP that claims 16,384 × 16,384 and moves."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\0" * 2
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    return b"RIFF" + struct.pack("<I", len(body)) + body


LARGE = {
    "claims 2 gigapixels": png_claiming(50_000, 40_000),
    "holds 60 megapixels of nothing": png_claiming(10_000, 6_000, bytes(10_000 * 3 + 1) * 6_000),
    "one line, 65,535 long": png_claiming(65_535, 1),
    "a huge WebP that moves": huge_webp(),
    "nine megabytes": b"\xff\xd8\xff" + bytes(9 * MB),
}
DAMAGED = {
    "half a JPEG": photo()[: len(photo()) // 2],
    "half a PNG": to_png(render_label(SOY_SAUCE))[:-200],
    "a PNG without pixels": png_claiming(400, 300),
    "a JPEG of marks alone": b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
    "a WebP of nothing": b"RIFF\x04\x00\x00\x00WEBP",
}
UNKNOWN = {
    "nothing": b"",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a GIF that is a script": b"GIF89a/*" + bytes(100) + b"*/=1;alert(1)",
    "a page": b"<!doctype html><script>alert(1)</script>",
}
