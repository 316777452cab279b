"""The one table that belongs to no slice: which scheduled work ran."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base


class JobRun(Base):
    """That a job ran for a slot of time: two schedulers, or the doubled hour in autumn, run it once."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
