"""The application as gunicorn serves it, except that its picture workers obey what is written into a picture."""

from flask import Flask

from app import create_app
from app.photos import pictures
from scanner.worker_pool import WorkerPool
from tests.scanner.hostile import FRAGILE_COMMAND

WALL_SECONDS = 3.0


def application() -> Flask:
    """What gunicorn loads."""
    pictures.pool = WorkerPool(command=FRAGILE_COMMAND, wall_s=WALL_SECONDS)
    return create_app()
