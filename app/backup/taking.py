"""Taking a backup: a consistent copy while everybody works, packed, read back, and only then under its name."""

import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.backup.archive import UNFINISHED, pack, part_of
from app.backup.databases import Database
from app.backup.rules import FORMAT, CannotBackUp, Manifest, archive_name, to_prune
from app.kernel.database import insert_on
from app.kernel.models import JobRun

WORKPLACE = ".pandian-backup-"
LEFT_BEHIND_S = 86_400
DONE = "backed_up"  # the job under which good backups are remembered, in the database itself


def take(database: Database, target: Path, pandian: str, moment: datetime) -> tuple[Path, Manifest]:
    """Back up into the file `target`, or into the folder under the moment's name. Raises CannotBackUp."""
    path = target / archive_name(moment) if target.is_dir() else target
    if not path.parent.is_dir():
        raise CannotBackUp(f"There is no folder {path.parent} to write the backup to; is its disk mounted?")
    try:
        with tempfile.TemporaryDirectory(prefix=WORKPLACE, dir=path.parent) as folder:
            copy = Path(folder) / database.part
            facts, version = database.dump(copy)
            manifest = Manifest(FORMAT, moment, pandian, database.kind, version, facts, (part_of(copy),))
            pack(path, manifest, [copy])
    except OSError as error:
        raise CannotBackUp(f"The backup cannot be written to {path}: {error.strerror or error}") from error
    return path, manifest


def note_taken(session: Session, moment: datetime) -> None:
    """Remember that there is a good backup of this moment."""
    row = {"job": DONE, "slot": moment.isoformat(), "started_at": moment}
    session.execute(insert_on(session, JobRun).values(row).on_conflict_do_nothing())


def prune(folder: Path, keep: int, now: datetime) -> list[str]:
    """Remove all but the newest `keep` backups of the folder, and what an interrupted one left; the names."""
    gone = to_prune((path.name for path in folder.iterdir()), keep)
    gone += [path.name for path in folder.glob(f"pandian-*.zip{UNFINISHED}") if _is_left_behind(path, now)]
    for name in gone:
        with suppress(FileNotFoundError):  # somebody tidied up at the same time
            (folder / name).unlink()
    for path in folder.glob(f"{WORKPLACE}*"):
        if _is_left_behind(path, now):
            shutil.rmtree(path, ignore_errors=True)
    return gone


def _is_left_behind(path: Path, now: datetime) -> bool:
    """Whether it is of a backup that was killed; one under way is younger."""
    return now.timestamp() - path.stat().st_mtime > LEFT_BEHIND_S
