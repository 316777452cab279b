"""Checks of the devices' logs that must always hold."""

from sqlalchemy.orm import Session

from app.device_log import queries
from app.kernel.findings import Finding


def verify(session: Session) -> list[Finding]:
    """What is wrong: the hwm must be the contiguous prefix of a device's numbers, and max_seq the highest of them."""
    findings = []
    for row in queries.prefixes(session):
        if row.hwm != row.prefix:
            findings.append(Finding("hwm", f"device {row.device_id}", str(row.prefix), str(row.hwm)))
        if row.max_seq != row.top:
            findings.append(Finding("max_seq", f"device {row.device_id}", str(row.top), str(row.max_seq)))
    return findings
