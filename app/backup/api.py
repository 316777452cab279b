"""HTTP of backups: whether there is a fresh one. Taking and restoring are commands on the server."""

from typing import Any

from flask import current_app

from app.backup import queries
from app.backup.rules import state_of
from app.backup.schemas import BackupState
from app.kernel.access import requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.transaction import reading

blueprint = Blueprint("backup", __name__, url_prefix="/api/v1", description="Backups")


@blueprint.route("/backup", methods=["GET"])
@blueprint.response(200, BackupState)
@requires("administrator")
def backup_state() -> dict[str, Any]:
    """Whether there is a fresh backup, for those who look after the installation."""
    with reading() as session:
        taken, began = queries.last_taken(session), queries.began(session)
    daily = current_app.config["PANDIAN"].backup_folder is not None
    return {"state": state_of(now(), taken, began), "taken_at": taken, "daily": daily}
