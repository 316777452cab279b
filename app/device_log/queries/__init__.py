"""Questions about the devices' logs."""

from app.device_log.queries.devices import DeviceReport, device_reports
from app.device_log.queries.held import (
    HeldFilter,
    HeldGroup,
    HeldRow,
    held_for_devices,
    held_groups,
    held_key,
    held_row,
    held_rows,
    holds_of,
)
from app.device_log.queries.log import contiguous_from, missing, prefixes, settled, stored

__all__ = [
    "DeviceReport",
    "HeldFilter",
    "HeldGroup",
    "HeldRow",
    "contiguous_from",
    "device_reports",
    "held_for_devices",
    "held_groups",
    "held_key",
    "held_row",
    "held_rows",
    "holds_of",
    "missing",
    "prefixes",
    "settled",
    "stored",
]
