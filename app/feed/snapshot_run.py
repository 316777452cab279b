"""Making snapshots: read in one transaction, written in another, so that no writer ever waits for the reading.

The scheduler makes what is due; whoever asks first makes what is missing, so that no device waits for a scheduler.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from app.feed import service, snapshots
from app.feed.rules import BEGINNING, COMPANY, DATASETS, SITE, Manifest
from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import NotFound, Unavailable
from app.kernel.transaction import reading, transact

PATIENCE_S = 1.0
_in_hand: defaultdict[tuple[str, UUID | None], threading.Lock] = defaultdict(threading.Lock)


def manifest_for(viewer: Viewer, dataset: str) -> Manifest:
    """What the device fetches. A snapshot that is missing or due is made first, unless somebody is already at it.

    Raises NotFound for an unknown dataset, Unavailable while the first one is being made, and as `manifest` does.
    """
    if dataset not in DATASETS:
        raise NotFound("not_found", "There is no such dataset; there are site and company.")
    site_id = snapshots.site_key(dataset, service.site_of_device(viewer))
    make_if_due(dataset, site_id)
    with reading() as session:
        found = snapshots.manifest(session, viewer, dataset)
    if found is None:
        raise Unavailable("snapshot_being_made", "It is being made; ask again in a moment.", retry_after_s=2)
    return found


def make_all_due(site_ids: Iterable[UUID]) -> None:
    """Make what is due for the devices of these sites, and remove what no device can still need."""
    for site_id in site_ids:
        make_if_due(SITE, site_id)
    make_if_due(COMPANY, None)
    transact(lambda session: snapshots.drop_replaced(session, now()))


def make_if_due(dataset: str, site_id: UUID | None) -> None:
    """Number what waits, then make the dataset's snapshot if it is missing or due; wait a moment for who is at it."""
    with reading() as session:
        behind = service.behind(session, BEGINNING)
    if behind:
        transact(lambda session: service.catch_up(session, BEGINNING, now()))
    lock = _in_hand[dataset, site_id]
    with reading() as session:
        due = snapshots.is_to_be_made(session, dataset, site_id, now())
    # Most are made in milliseconds: who needs it waits so long. A large one must not keep the server's threads.
    if not due or not lock.acquire(timeout=PATIENCE_S):
        return
    try:
        with reading() as session:
            due = snapshots.is_to_be_made(session, dataset, site_id, now())
        if due:
            with reading(one_state=True) as session:
                drawn = snapshots.draw(session, dataset, site_id)
            transact(lambda session: snapshots.keep(session, dataset, site_id, drawn, now()))
    finally:
        lock.release()
