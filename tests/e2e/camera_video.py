"""Videos for Chromium's fake camera, made here: real codes with motion, blur, tilt, darkness and noise.

A bare .mjpeg is one JPEG after the other; Chromium plays it at 30 frames a second, whatever it was made at, and loops.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

Picture = npt.NDArray[np.uint8]

FPS: Final = 30
WIDTH, HEIGHT = 1280, 720
GROUND: Final = 176  # a shelf's grey
DISTINCT: Final = 6  # frames of a scene that differ; then they repeat, because making them takes its time


@dataclass(frozen=True)
class Label:
    """A code as it is held before the camera."""

    text: str
    format: str = "EAN13"
    x: int = WIDTH // 2
    y: int = HEIGHT // 2
    module: int = 4  # pixels of the narrowest bar
    tilt: float = 0.0  # degrees
    blur: float = 0.0  # sigma of an unsharp lens
    shake: int = 0  # pixels a moving hand smears it
    light: float = 1.0
    noise: float = 3.0


def printed(label: Label) -> Picture:
    """The label on white paper, sharp and upright."""
    code = zxingcpp.create_barcode(label.text, zxingcpp.barcode_format_from_str(label.format))
    image = np.asarray(code.to_image(scale=1, add_quiet_zones=True), dtype=np.uint8)
    size = label.module * (1 if image.shape[0] > 20 and image.shape[1] > 80 else 2)
    if image.shape[0] * size < 0.2 * HEIGHT and image.shape[0] < image.shape[1]:
        image = np.repeat(image[:1], 60, axis=0)
    return np.kron(image, np.ones((size, size), np.uint8))


def shown(labels: Iterable[Label], number: int, rng: np.random.Generator) -> Picture:
    """One frame with these labels; `number` moves them a little, as a hand does."""
    frame = np.full((HEIGHT, WIDTH), GROUND, np.uint8)
    light, noise = 1.0, 3.0
    for label in labels:
        _paste(frame, label, number)
        light, noise = label.light, label.noise
    grain = rng.normal(0, noise, frame.shape).astype(np.float32)
    return (frame * np.float32(light) + grain).clip(0, 255).astype(np.uint8)


def _paste(frame: Picture, label: Label, number: int) -> None:
    paper = cv2.copyMakeBorder(printed(label), 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=255)
    height, width = paper.shape
    sway = 8 * np.sin(number), 5 * np.cos(number)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), label.tilt, 1.0)
    turn[:, 2] += (label.x - width / 2 + sway[0], label.y - height / 2 + sway[1])
    size = (WIDTH, HEIGHT)
    there = cv2.warpAffine(np.full_like(paper, 255), turn, size)
    print_ = cv2.warpAffine(paper, turn, size, flags=cv2.INTER_LINEAR)
    np.copyto(frame, print_, where=there > 127)
    if label.blur:
        frame[:] = cv2.GaussianBlur(frame, (0, 0), label.blur)
    if label.shake:
        frame[:] = cv2.blur(frame, (label.shake, 1))


@dataclass
class Film:
    """Scenes one after the other."""

    frames: list[bytes] = field(default_factory=list)

    def show(self, *labels: Label, seconds: float) -> "Film":
        """These labels for so long; none is an empty shelf."""
        rng = np.random.default_rng(len(self.frames))
        return self.play([shown(labels, number, rng) for number in range(DISTINCT)], seconds)

    def play(self, pictures: Sequence[Picture], seconds: float) -> "Film":
        """These pictures, over and over, for so long."""
        packed = [_packed(picture) for picture in pictures]
        self.frames += [packed[number % len(packed)] for number in range(round(seconds * FPS))]
        return self

    def pause(self, seconds: float) -> "Film":
        """Nothing before the camera."""
        return self.show(seconds=seconds)

    @property
    def seconds(self) -> float:
        """How long one round takes."""
        return len(self.frames) / FPS

    def flags(self, path: Path) -> tuple[str, ...]:
        """Write it, and say with which flags Chromium takes it for its camera."""
        path.write_bytes(b"".join(self.frames))
        return (*ALLOWED, f"--use-file-for-fake-video-capture={path}")


def _packed(picture: Picture) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return data.tobytes()


ALLOWED: Final = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

GRADES: Final[dict[str, dict[str, float]]] = {
    "clean": {},
    "tilt": {"tilt": 14.0},
    "blur": {"blur": 2.5},
    "dark": {"light": 0.22, "noise": 6.0},
}


def graded(label: Label, settings: dict[str, float]) -> Label:
    """The label, as hard to read as these settings of a grade make it."""
    return replace(label, **settings)  # type: ignore[arg-type]


def ean13(payload: str) -> str:
    """Twelve digits with their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(payload))
    return f"{payload}{-total % 10}"


def bars_without_meaning(number: int) -> Picture:
    """What looks like a code and is none: stripes of random widths, and half a code."""
    rng = np.random.default_rng(number)
    frame = np.full((HEIGHT, WIDTH), GROUND, np.uint8)
    stripes = np.repeat(rng.integers(0, 2, 90) * 255, rng.integers(2, 9, 90))[:440].astype(np.uint8)
    frame[260:380, 180 : 180 + len(stripes)] = stripes
    half = printed(Label("6901234567892"))[:, :190]
    frame[260 : 260 + len(half), 760:950] = half
    return frame
