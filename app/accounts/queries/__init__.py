"""Questions about people, devices and who is signed in."""

from app.accounts.queries.devices import DeviceRow, device_here, devices
from app.accounts.queries.people import (
    DevicePerson,
    GrantRow,
    PersonRow,
    names_of,
    people,
    people_for_devices,
    people_on_device,
    person_row,
    roles_at,
)
from app.accounts.queries.viewers import SessionCard, session_card, token_hash, viewer_of

__all__ = [
    "DevicePerson",
    "DeviceRow",
    "GrantRow",
    "PersonRow",
    "SessionCard",
    "device_here",
    "devices",
    "names_of",
    "people",
    "people_for_devices",
    "people_on_device",
    "person_row",
    "roles_at",
    "session_card",
    "token_hash",
    "viewer_of",
]
