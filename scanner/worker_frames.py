"""What passes between a server and its picture workers: one JSON object and some bytes, each led by its length.

No pickle: a worker unpacks what strangers sent, and whatever became of it must not make objects in the server.
"""

import json
import socket
import struct
import time
from typing import Any, Final

FRAME_BYTES_MAX: Final = 32 * 1024 * 1024
_LENGTHS: Final = struct.Struct(">II")  # of the JSON, of the bytes behind it


class FrameBroken(Exception):
    """The other side went away, or said something that is no frame."""


def send_frame(channel: socket.socket, message: dict[str, Any], data: bytes = b"") -> None:
    """Send one frame within the channel's timeout. Raises OSError."""
    text = json.dumps(message).encode()
    channel.sendall(_LENGTHS.pack(len(text), len(data)) + text)
    if data:
        channel.sendall(data)


def receive_frame(channel: socket.socket, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Receive one frame until `deadline` (of `time.monotonic`; None: whenever).

    Raises FrameBroken, TimeoutError, other OSErrors.
    """
    text_length, data_length = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, deadline))
    if text_length + data_length > FRAME_BYTES_MAX:
        raise FrameBroken("the frame is too long")
    text = _exactly(channel, text_length, deadline)
    data = _exactly(channel, data_length, deadline)
    try:
        message = json.loads(text)
    except ValueError as error:
        raise FrameBroken("the frame holds no JSON") from error
    if not isinstance(message, dict):
        raise FrameBroken("the frame holds no JSON object")
    return message, data


def _exactly(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    received = bytearray(length)
    rest = memoryview(received)
    while rest:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            channel.settimeout(left)
        count = channel.recv_into(rest)
        if not count:
            raise FrameBroken("the other side has closed")
        rest = rest[count:]
    return bytes(received)
