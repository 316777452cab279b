"""The application for a WSGI server: `gunicorn wsgi:app`."""

import gc

from app import create_app

app = create_app()
gc.freeze()  # what is made at start stays for ever: the collector need not walk through it at every push
