"""Use cases of the log in: hello, push, and what a supervisor decides about held records."""

from app.device_log.service.contact import Said
from app.device_log.service.decide import Decision, dismiss, release
from app.device_log.service.deciding import DecideHeld, Settled, decide_held
from app.device_log.service.held_file import export_held
from app.device_log.service.hello import Greeting, Welcome, hello
from app.device_log.service.importing import Filed, device_of_file, import_batch
from app.device_log.service.names import held_in_groups, held_page
from app.device_log.service.push import Exceptional, Pushed, push
from app.device_log.service.reading import read_batch
from app.device_log.service.registry import register_documents, register_handler
from app.device_log.service.verify import verify

__all__ = [
    "DecideHeld",
    "Decision",
    "Exceptional",
    "Filed",
    "Greeting",
    "Pushed",
    "Said",
    "Settled",
    "Welcome",
    "decide_held",
    "device_of_file",
    "dismiss",
    "export_held",
    "held_in_groups",
    "held_page",
    "hello",
    "import_batch",
    "push",
    "read_batch",
    "register_documents",
    "register_handler",
    "release",
    "verify",
]
