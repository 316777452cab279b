"""A bad network between phones and server: a TCP proxy that reads HTTP well enough to hurt it where it matters.

Every request is met by a fault of `FAULTS` with the proxy's `share`, else passed on. Both sides see what a real
network does: a connection that closes in the middle, an answer that never comes, a request that arrives twice.
"""

import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

TIMEOUT_S = 20
DELAY_S = (0.05, 0.4)
BYTES_A_STEP = 400  # of a throttled request: 40 kB/s
STEP_S = 0.01


class Gone(Exception):
    """One of the two sides has closed in the middle."""


@dataclass
class Stream:
    """A socket read by HTTP messages."""

    socket: socket.socket
    buffer: bytes = b""

    def message(self) -> bytes:
        """One whole request or answer: head and body, as they came. Raises Gone."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, _ = self.buffer.partition(b"\r\n\r\n")
        length = len(head) + 4 + _content_length(head)
        while len(self.buffer) < length:
            self._more()
        message, self.buffer = self.buffer[:length], self.buffer[length:]
        return message

    def _more(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise Gone
        self.buffer += piece


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@dataclass
class Proxy:
    """Listens on `port` while used as a context; `struck` counts the faults by name."""

    server_port: int
    share: float
    seed: int = 1
    only: str | None = None  # the one fault to use; by default any
    struck: Counter[str] = field(default_factory=Counter)
    healed: bool = False  # from now on everything passes

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._chance = random.Random(self.seed)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the drill is over
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """One phone's connection: request after request, until a fault or a side ends it."""
        connection.settimeout(TIMEOUT_S)
        phone = Stream(connection)
        with connection, contextlib.suppress(Gone, OSError):
            while True:
                request = phone.message()
                fault = self._fault()
                if fault is None:
                    connection.sendall(self.ask(request))
                elif not FAULTS[fault](self, request, connection):
                    return

    def _fault(self) -> str | None:
        if self.healed or self._chance.random() >= self.share:
            return None
        fault = self.only or self._chance.choice(sorted(FAULTS))
        self.struck[fault] += 1
        return fault

    def ask(self, request: bytes) -> bytes:
        """The server's whole answer to a request, over a connection of its own. Raises Gone, OSError."""
        with self._to_server() as server:
            server.sendall(request)
            return Stream(server).message()

    def send_half(self, request: bytes) -> None:
        """Half of a request reaches the server, and the connection breaks."""
        with self._to_server() as server:
            server.sendall(request[: max(1, len(request) // 2)])

    def trickle(self, request: bytes) -> bytes:
        """The answer to a request that comes in small pieces."""
        with self._to_server() as server:
            for start in range(0, len(request), BYTES_A_STEP):
                server.sendall(request[start : start + BYTES_A_STEP])
                time.sleep(STEP_S)
            return Stream(server).message()

    def pause(self) -> None:
        """Some moments."""
        time.sleep(self._chance.uniform(*DELAY_S))

    def _to_server(self) -> socket.socket:
        server = socket.create_connection(("127.0.0.1", self.server_port), timeout=TIMEOUT_S)
        server.settimeout(TIMEOUT_S)
        return server


# Each fault answers whether the phone's connection goes on.


def drop(_proxy: Proxy, _request: bytes, _phone: socket.socket) -> bool:
    """The request never reaches the server."""
    return False


def cut_request(proxy: Proxy, request: bytes, _phone: socket.socket) -> bool:
    """The server hears half of it."""
    proxy.send_half(request)
    return False


def cut_answer(proxy: Proxy, request: bytes, _phone: socket.socket) -> bool:
    """The server has done it and answered; the phone never hears."""
    proxy.ask(request)
    return False


def truncate(proxy: Proxy, request: bytes, phone: socket.socket) -> bool:
    """The phone hears the beginning of the answer."""
    answer = proxy.ask(request)
    phone.sendall(answer[: len(answer) * 3 // 4])
    return False


def delay(proxy: Proxy, request: bytes, phone: socket.socket) -> bool:
    """Slow there and slow back."""
    proxy.pause()
    answer = proxy.ask(request)
    proxy.pause()
    phone.sendall(answer)
    return True


def duplicate(proxy: Proxy, request: bytes, phone: socket.socket) -> bool:
    """The request reaches the server twice in the same moment; the phone hears one of the two answers."""
    first: list[bytes] = []

    def send_it_too() -> None:
        with contextlib.suppress(Gone, OSError):
            first.append(proxy.ask(request))

    twin = threading.Thread(target=send_it_too, daemon=True)
    twin.start()
    answer = proxy.ask(request)
    twin.join(TIMEOUT_S)
    phone.sendall(first[0] if first else answer)
    return True


def repeat_later(proxy: Proxy, request: bytes, phone: socket.socket) -> bool:
    """The phone hears the answer, and some moments later the server hears the request once more."""
    phone.sendall(proxy.ask(request))

    def send_it_again() -> None:
        proxy.pause()
        with contextlib.suppress(Gone, OSError):
            proxy.ask(request)

    threading.Thread(target=send_it_again, daemon=True).start()
    return True


def throttle(proxy: Proxy, request: bytes, phone: socket.socket) -> bool:
    """It goes through, piece by piece."""
    phone.sendall(proxy.trickle(request))
    return True


FAULTS: dict[str, Callable[[Proxy, bytes, socket.socket], bool]] = {
    fault.__name__: fault
    for fault in (drop, cut_request, cut_answer, truncate, delay, duplicate, repeat_later, throttle)
}
