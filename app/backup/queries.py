"""What is known of backups: kept in the database itself, so that every host and every process knows it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.backup.taking import DONE
from app.kernel.models import JobRun
from app.sites.models import Site


def last_taken(session: Session) -> datetime | None:
    """When the newest good backup was taken, None where there never was one."""
    return session.scalar(select(func.max(JobRun.started_at)).where(JobRun.job == DONE))


def began(session: Session) -> datetime | None:
    """When the installation got its first site."""
    return session.scalar(select(func.min(Site.created_at)))
