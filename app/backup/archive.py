"""The archive: a zip file of a manifest and the database. It gets its name only when it is whole and on disk."""

import hashlib
import os
import shutil
import zipfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app.backup.rules import FORMAT, CannotBackUp, Facts, Manifest, Part
from app.kernel.errors import Malformed
from app.kernel.json import dumps, loads

MANIFEST = "manifest.json"
UNFINISHED = ".part"
COMPRESSION = 1  # half of what is packed are JPEGs and gzip: trying harder costs time alone
CHUNK = 1 << 20


def part_of(path: Path) -> Part:
    """What the manifest says of this file."""
    with path.open("rb") as file:
        return Part(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def pack(target: Path, manifest: Manifest, files: list[Path]) -> None:
    """Write the archive under `target`, all of it or nothing; only its owner may read it: password hashes are in it."""
    unfinished = target.with_name(target.name + UNFINISHED)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
                archive.writestr(MANIFEST, dumps(asdict(manifest)))
                for file in files:
                    archive.write(file, file.name)
            out.flush()
            os.fsync(out.fileno())
        check(unfinished)  # what was read back is what was meant
        unfinished.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def read_manifest(path: Path) -> Manifest:
    """What the archive says of itself. Raises CannotBackUp for what is no archive, or of a newer format."""
    try:
        with zipfile.ZipFile(path) as archive:
            said = loads(archive.read(MANIFEST))
        if said["format"] != FORMAT:
            raise CannotBackUp(f"{path} was made by a newer Pandian (format {said['format']}); update this one first.")
        return _manifest(said)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, Malformed) as error:
        raise CannotBackUp(f"{path} is not a whole backup of Pandian: {error}") from error


def check(path: Path) -> Manifest:
    """Read all of it and compare each part's hash with the manifest's. Raises CannotBackUp."""
    manifest = read_manifest(path)
    for part in manifest.parts:
        _read(path, part, None)
    return manifest


def unpack(path: Path, folder: Path) -> Manifest:
    """Put the parts into `folder`, each with its hash compared. Raises CannotBackUp."""
    manifest = read_manifest(path)
    for part in manifest.parts:
        _read(path, part, folder / Path(part.name).name)
    return manifest


def _read(path: Path, part: Part, target: Path | None) -> None:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part.name) as source:
            if target is None:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
            else:
                with target.open("wb") as out:
                    shutil.copyfileobj(source, out, CHUNK)
                with target.open("rb") as out:
                    digest = hashlib.file_digest(out, "sha256")
    except (zipfile.BadZipFile, KeyError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise CannotBackUp(f"{path} is damaged at {part.name}: {error}") from error
    if digest.hexdigest() != part.sha256:
        raise CannotBackUp(f"{path} is damaged: {part.name} is not what was written; take another backup.")


def _manifest(said: dict[str, Any]) -> Manifest:
    facts = said["facts"]
    chains = {site: (int(number), str(digest)) for site, (number, digest) in facts["chains"].items()}
    return Manifest(
        format=said["format"],
        made_at=datetime.fromisoformat(said["made_at"]),
        pandian=said["pandian"],
        engine=said["engine"],
        engine_version=said["engine_version"],
        facts=Facts(facts["revision"], facts["epoch"], facts["feed_head"], chains, facts["rows"]),
        parts=tuple(Part(**part) for part in said["parts"]),
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
