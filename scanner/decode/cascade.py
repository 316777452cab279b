"""The order of looks: cheap and trustworthy ones first, rescues only while something is open.

The stages extend cascade R3 of the measurements (decision 0010). Rotations and even contrast rescue
linear codes without inventing new ones; enlarging, sharpening and thresholds are for 2D codes, and
what they see of a linear code counts as one more look, never as proof.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import zxingcpp

from scanner.decode.engines import (
    Engine,
    Polygon,
    Sighting,
    look_with_opencv,
    look_with_zbar,
    look_with_zxing,
)
from scanner.decode.judge import SELF_CHECKING, Judgement, Reason, Verdict, judge
from scanner.decode.order import in_reading_order
from scanner.decode.picture import (
    Gray,
    Picture,
    View,
    at_most,
    equalised,
    inked,
    open_picture,
    rotated,
    scaled,
    sharpened,
    thresholded,
)
from scanner.decode.policy import Policy
from scanner.meaning import CodeError, meaning


@dataclass(frozen=True, slots=True)
class Read:
    """One code in a picture.

    ``raw`` are the bytes as encoded (GS kept, AIM identifier not among them); ``position`` the corners
    in pixels of the upright full-size picture; ``gtin`` the 14-digit GTIN the code means, if any;
    ``verdict`` "accepted" may be booked unasked, "uncertain" needs a person's tap.
    """

    text: str
    raw: bytes
    symbology: str
    aim: str | None
    position: Polygon
    engine: Engine
    stage: str
    verdict: Verdict
    reason: Reason
    gtin: str | None


Look = Callable[[Picture, frozenset[str]], list[Sighting]]

_ZBAR_SIDE: Final = 1000


def _zxing(prepare: Callable[[View], View], only: frozenset[str] | None = None) -> Look:
    return lambda picture, wanted: look_with_zxing(prepare(picture.small), wanted if only is None else wanted & only)


def _zxing_global(prepare: Callable[[View], View]) -> Look:
    return lambda picture, wanted: look_with_zxing(
        prepare(picture.small), wanted, binarizer=zxingcpp.Binarizer.GlobalHistogram
    )


def _zbar(prepare: Callable[[View], View]) -> Look:
    return lambda picture, wanted: look_with_zbar(prepare(at_most(picture.small, _ZBAR_SIDE)), wanted)


def _opencv(prepare: Callable[[View], View]) -> Look:
    return lambda picture, _: look_with_opencv(prepare(picture.small))


def _enlarged(look: Callable[[View, frozenset[str]], list[Sighting]]) -> Look:
    """The look at a larger view, where the picture has more to show than the first one did."""
    return lambda picture, wanted: look(picture.large, wanted) if picture.has_more_than_small else []


def _as_is(view: View) -> View:
    return view


def _doubled(view: View) -> View:
    return scaled(at_most(view, 900), 2.0)


def _doubled_thresholded(view: View) -> View:
    return thresholded(_doubled(view))


def _doubled_inked(view: View) -> View:
    return inked(_doubled(view))


CLOSER: Final[dict[str, Look]] = {
    "large": _enlarged(look_with_zxing),
    "zbar-large": _enlarged(look_with_zbar),
}

STAGES: Final[tuple[dict[str, Look], ...]] = (
    {"first": _zxing(_as_is)},
    {"zbar": _zbar(_as_is), "opencv": _opencv(_as_is)},
    {"contrast": _zxing(equalised)},
    CLOSER,
    {
        "turned-20": _zxing(partial(rotated, degrees=20)),
        "turned-10": _zxing(partial(rotated, degrees=10)),
    },
    {"doubled": _zxing(_doubled), "opencv-larger": _opencv(partial(scaled, factor=1.6))},
    {"threshold": _zxing(thresholded), "sharp": _zxing(sharpened)},
    {
        "doubled-inked": _zxing(_doubled_inked, SELF_CHECKING),
        "doubled-threshold": _zxing(_doubled_thresholded, SELF_CHECKING),
        "doubled-global": _zxing_global(_doubled),
    },
    {"zbar-contrast": _zbar(equalised), "turned-45": _zxing(partial(rotated, degrees=45))},
    {
        "zbar-turned-10": _zbar(partial(rotated, degrees=10)),
        "zbar-turned-350": _zbar(partial(rotated, degrees=-10)),
    },
)


def decode_photo(source: bytes | Path | Gray, *, policy: Policy | None = None) -> list[Read]:
    """All codes in a picture, in reading order.

    ``source`` is the bytes or the path of a JPEG, PNG or WebP file, or a uint8 array (grey h × w, or
    BGR h × w × 3). Raises PictureError (too large, unknown, damaged), OSError for a path.
    """
    policy = policy or Policy()
    picture = open_picture(source.read_bytes() if isinstance(source, Path) else source)
    reads = [read for judgement in _judged(picture, policy) for read in _reads(judgement)]
    return in_reading_order(reads, lambda read: read.position)


def _judged(picture: Picture, policy: Policy) -> list[Judgement]:
    sightings: list[Sighting] = []
    judged: list[Judgement] = []
    for stage in STAGES:
        settled = bool(judged) and all(j.verdict == "accepted" for j in judged)
        # Where several codes were found there may be smaller ones: a shelf gets a closer look.
        if settled and not (stage is CLOSER and len(judged) > 1):
            continue
        for name, look in stage.items():
            seen = look(picture, policy.symbologies)
            sightings += [replace(s, stage=name) for s in seen if policy.allows(s)]
        judged = judge(sightings)
    return judged


def _reads(judgement: Judgement) -> Iterator[Read]:
    best = judgement.best
    for position in judgement.positions:
        yield Read(
            text=best.text,
            raw=best.raw,
            symbology=best.symbology,
            aim=best.aim,
            position=position,
            engine=best.engine,
            stage=best.stage,
            verdict=judgement.verdict,
            reason=judgement.reason,
            gtin=_gtin(best),
        )


def _gtin(sighting: Sighting) -> str | None:
    try:
        return meaning((sighting.aim or "") + sighting.text, sighting.symbology).gtin
    except CodeError:
        return None  # a code may hold anything, a visiting card or a broken GS1 message
