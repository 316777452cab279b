"""What a picture may cost. Known to the server and to its workers; measured in docs/decisions/0013-photos.md."""

from typing import Final

BYTES_MAX: Final = 8 * 1024 * 1024
PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 12_000
SIDE_KEPT: Final = 1600
"""The longer side of what is kept: a label is legible, a picture some hundred kilobytes."""
CODES_MAX: Final = 100
"""Codes told of one picture; a shelf shows a dozen."""

MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Address space a picture may take beyond the idle worker's: the worst of 50 megapixels took 380 MB."""
CPU_SECONDS: Final = 8
"""Processor time a picture may take: the slowest honest one took a second."""
WALL_SECONDS: Final = 20.0
"""When the server kills a worker that does not answer: one that waits rather than works."""
START_SECONDS: Final = 20.0
IDLE_SECONDS: Final = 300.0
"""After which an unused worker goes and gives its memory back."""
PICTURES_PER_WORKER: Final = 200
"""After which a worker goes, so that what a library leaks never adds up."""
NICENESS: Final = 5
"""Counting goes before pictures."""
