"""Which sightings count at all. The rules come from 2,933 labelled pictures (decision 0010)."""

from dataclasses import dataclass
from typing import Final

from scanner.decode.engines import Sighting

ALWAYS: Final = frozenset(
    {
        "EAN-13",
        "EAN-8",
        "UPC-A",
        "Code 128",
        "Code 39",
        "ITF",
        "QR Code",
        "Micro QR Code",
        "Data Matrix",
        "DataBar",
        "DataBar Limited",
        "DataBar Expanded",
        "DataBar Expanded Stacked",
    }
)

# Each of these misreads parts of other codes (UPC-E, Codabar, Code 93) or opens a decoder with a
# history of memory faults to every upload (PDF417); a shop that needs one says so.
ON_REQUEST: Final = frozenset({"UPC-E", "Codabar", "Code 93", "PDF417", "Aztec"})

CODE_39_LENGTH_MIN: Final = 4
ITF_LENGTH: Final = 14


@dataclass(frozen=True, slots=True)
class Policy:
    """What a shop wants read. ``enabled`` adds names out of ON_REQUEST; ValueError for any other."""

    enabled: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = self.enabled - ON_REQUEST
        if unknown:
            raise ValueError(f"cannot be enabled: {', '.join(sorted(unknown))}")

    @property
    def symbologies(self) -> frozenset[str]:
        """All that may be read."""
        return ALWAYS | self.enabled

    def allows(self, sighting: Sighting) -> bool:
        """Whether the sighting counts; add-ons never do, they are not asked for."""
        if sighting.symbology not in self.symbologies or not sighting.text:
            return False
        if sighting.symbology.startswith("DataBar"):
            return sighting.engine == "zxing-cpp"
        if sighting.symbology == "Code 39":
            # zbar does not know full ASCII: it says "+A" where "a" is meant.
            literal = sighting.engine == "zbar" and set("+$%/") & set(sighting.text)
            return len(sighting.text) >= CODE_39_LENGTH_MIN and not literal
        if sighting.symbology == "ITF":
            return len(sighting.text) == ITF_LENGTH and sighting.gtin is not None
        return True
