"""A photo as the server keeps it, without anything having read it."""

from app.kernel.clock import now
from app.kernel.ids import new_id
from app.photos.models import Photo
from tests.builders import Cast


def photo_of(cast: Cast, jpeg: bytes = b"a picture") -> Photo:
    """A picture that the cast's counter took on the cast's device."""
    return Photo(
        id=new_id(),
        site_id=cast.site.id,
        device_id=cast.device.id,
        person_id=cast.counter.id,
        purpose="damage",
        taken_at=now(),
        received_at=now(),
        width=1,
        height=1,
        sent_hash=b"0" * 32,
        jpeg=jpeg,
    )
