"""How gunicorn serves Pandian: ``python -m gunicorn --config app/gunicorn.py``.

Threads rather than processes carry the load, because a push spends its time in the database. SQLite has
one writer, and the lock that keeps its queue short (``kernel.database.sqlite_writer``) lives in one process.
"""

import os
from pathlib import Path

from app.settings import Settings

_settings = Settings.from_environment()

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
threads = 20  # 12 for sync (kernel.admission), 4 for pictures, the rest for the desk and the health checks
workers = 1 if _settings.database_url.startswith("sqlite") else int(os.environ.get("WEB_CONCURRENCY", "2"))

# The application is made in each worker, after the fork: database connections must not be shared.
preload_app = False

# A worker that gets SIGTERM answers what it has begun. The timeout watches the worker, not one request.
graceful_timeout = 30
timeout = 60
keepalive = 5

# The worker's heartbeat file belongs in memory: on a busy disk a beat can come too late.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  made with mkstemp, unguessable

# Which proxies are believed is the application's setting (PANDIAN_TRUSTED_PROXIES), in one place.
secure_scheme_headers: dict[str, str] = {}
forwarded_allow_ips = ""

# No access log (the application logs each request, with its id), and no socket to steer it by.
accesslog = None
errorlog = "-"
loglevel = _settings.log_level.lower()
control_socket_disable = True
