"""A process that unpacks pictures for a server: ``python -m scanner.worker``, its channel on standard input.

Strangers' bytes meet C code in here and nowhere else. Limits of memory and processor time hold for each picture; the
process may die of one at any moment, and the pool (`scanner.worker_pool`) starts the next. It ends by itself, with
exit code 0, when its server is gone, when nobody asked for five minutes, and after some hundred pictures.
"""

import math
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final

import cv2

from scanner import worker_limits as limits
from scanner.decode import PictureError, PictureTooLarge
from scanner.worker_frames import FrameBroken, receive_frame, send_frame
from scanner.worker_pictures import make_anew, read_codes

Answered = tuple[dict[str, Any], bytes]
OUT_OF_MEMORY: Final = 3
"""The exit code of a worker that a picture made run out of memory: what is left of it is not trusted."""


def answer(want: str, data: bytes) -> Answered:
    """Do one piece of work; what is wrong with the picture is an answer too."""
    try:
        if want == "jpeg":
            told, jpeg = make_anew(data)
            return {"ok": told}, jpeg
        return {"ok": read_codes(data)}, b""
    except PictureTooLarge as error:
        measure = {"found": error.found, "limit": error.limit, "unit": error.unit}
        return {"error": error.code, "message": str(error), "measure": measure}, b""
    except PictureError as error:
        return {"error": error.code, "message": str(error)}, b""


def main() -> int:
    """Serve the channel until there is nothing left to do; returns the exit code."""
    channel = _take_channel()
    _limit_process()
    try:
        send_frame(channel, {"ready": os.getpid()})
        for _ in range(limits.PICTURES_PER_WORKER):
            channel.settimeout(limits.IDLE_SECONDS)
            question, data = receive_frame(channel)
            channel.settimeout(limits.WALL_SECONDS)
            _limit_picture()
            send_frame(channel, *answer(str(question.get("want")), data))
            signal.alarm(0)
    except MemoryError:
        return OUT_OF_MEMORY
    except (FrameBroken, OSError):  # idle, or the server is gone
        return 0
    return 0


def _take_channel() -> socket.socket:
    """The channel from standard input; afterwards nothing that a library prints can get into it or onto a console."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return channel


def _limit_process() -> None:
    cv2.setNumThreads(1)
    os.nice(limits.NICENESS)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for name in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(name, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no files; the channel is none
    taken = _address_space()
    if taken:
        most = taken + limits.MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_picture() -> None:
    """From now on so much processor time; and an alarm no native code can miss, should the server be gone by then."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + limits.CPU_SECONDS
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed if most < 0 else min(allowed, most), most))
    signal.alarm(math.ceil(limits.WALL_SECONDS) + 5)


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main())
