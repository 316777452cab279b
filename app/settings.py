"""Settings: one frozen value read from the environment, which refuses to start half-configured."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose. Names in the environment are given beside each field."""

    database_url: str  # DATABASE_URL; default: SQLite in instance/
    static_folder: Path  # PANDIAN_STATIC; the built PWA
    log_level: str  # PANDIAN_LOG_LEVEL
    trusted_proxies: int  # PANDIAN_TRUSTED_PROXIES; how many proxies in front set X-Forwarded-*
    backup_folder: Path | None = None  # PANDIAN_BACKUP_FOLDER; none: no backup is made by itself
    backup_hour: int = 18  # PANDIAN_BACKUP_HOUR, UTC; 18 is 02:00 in China
    backup_keep: int = 14  # PANDIAN_BACKUP_KEEP, days; as long as devices keep what they sent
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check. Raises ValueError naming the variable that is wrong and what it should be."""
        url = environment.get("DATABASE_URL") or f"sqlite:///{ROOT / 'instance' / 'pandian.sqlite'}"
        level = environment.get("PANDIAN_LOG_LEVEL", "INFO").upper()
        proxies = environment.get("PANDIAN_TRUSTED_PROXIES", "0")
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"PANDIAN_LOG_LEVEL is {level!r}; use DEBUG, INFO, WARNING or ERROR")
        if not proxies.isdecimal():
            raise ValueError(f"PANDIAN_TRUSTED_PROXIES is {proxies!r}; give the number of proxies, 0 for none")
        folder = environment.get("PANDIAN_BACKUP_FOLDER", "")
        if folder and not Path(folder).is_absolute():
            raise ValueError(f"PANDIAN_BACKUP_FOLDER is {folder!r}; give the whole path, as in /var/backups/pandian")
        return cls(
            database_url=_engine_url(url),
            static_folder=Path(environment.get("PANDIAN_STATIC", ROOT / "static" / "dist")),
            log_level=level,
            trusted_proxies=int(proxies),
            backup_folder=Path(folder) if folder else None,
            backup_hour=_whole(environment, "PANDIAN_BACKUP_HOUR", 18, 0, 23),
            backup_keep=_whole(environment, "PANDIAN_BACKUP_KEEP", 14, 1, 10_000),
        )


def _whole(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"{name} is {text!r}; give a whole number from {least} to {most}")
    return int(text)


def _engine_url(url: str) -> str:
    """Name the driver of the house: pysqlite (with a fixed SQLite) or psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite:", "postgresql+psycopg:")):
        raise ValueError("DATABASE_URL must begin with sqlite: or postgresql:")
    return url
