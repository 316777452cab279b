"""Shapes of the call about backups."""

from marshmallow import fields, validate

from app.backup.rules import STATES
from app.kernel.fields import Moment
from app.kernel.http import Answer


class BackupState(Answer):
    """Whether the installation is protected."""

    state = fields.String(
        validate=validate.OneOf(STATES),
        metadata={"description": "overdue: the last is older than 36 hours; none: a week has passed without one"},
    )
    taken_at = Moment(allow_none=True, metadata={"description": "the newest good one"})
    daily = fields.Boolean(metadata={"description": "whether one is taken every day by itself"})
