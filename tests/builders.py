"""Builders with readable defaults. They write rows directly, so that each slice's tests stand on its own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Device, Grant, Person, PersonSession
from app.accounts.queries import token_hash
from app.catalogue.models import Barcode, Item, Unit
from app.kernel.clock import now
from app.kernel.database import Base
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.sites.models import Location, Site

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of the day the tests play on, in UTC."""
    return MORNING.replace(hour=hour, minute=minute, second=second)


def save(*rows: Base) -> None:
    """Write the rows in the given order, in one transaction."""

    def write(session: Any) -> None:
        for row in rows:
            session.add(row)
            session.flush()

    transact(write)


def make_site(code: str = "S1", *, stock_level: str = "bin", **changes: Any) -> Site:
    """A site with its root location and counterparts (supplier, customer, scrap, variance, opening)."""
    site = Site(
        id=new_id(),
        code=code,
        name=f"Shop {code}",
        time_zone="Asia/Shanghai",
        currency="CNY",
        stock_level=stock_level,
        created_at=MORNING,
        **changes,
    )
    root = new_id()
    locations = [
        Location(
            id=root,
            site_id=site.id,
            stock_location_id=root,
            kind="site",
            code=code,
            name=site.name,
            barcode=f"LOC-{code}",
        )
    ]
    for kind in ("supplier", "customer", "scrap", "variance", "opening"):
        own = new_id()
        locations.append(
            Location(
                id=own,
                site_id=site.id,
                stock_location_id=own,
                kind=kind,
                code=kind.upper(),
                name=kind,
                barcode=None,
            )
        )
    save(site, *locations)
    return site


def root_of(site: Site) -> Location:
    """The site's own location."""
    return location_of(site, site.code)


def location_of(site: Site, code: str) -> Location:
    """The location of the site with this code."""
    with reading() as session:
        return session.scalars(select(Location).where(Location.site_id == site.id, Location.code == code)).one()


def make_location(
    site: Site, code: str, *, kind: str = "bin", parent: Location | None = None, **changes: Any
) -> Location:
    """A zone or bin; its stock location follows the site's stock-keeping level."""
    parent = parent or root_of(site)
    own = new_id()
    depth = {"site": 0, "zone": 1, "bin": 2}
    keeps_itself = depth[kind] <= depth[site.stock_level]
    location = Location(
        id=own,
        site_id=site.id,
        parent_id=parent.id,
        kind=kind,
        code=code,
        name=code,
        barcode=f"LOC-{site.code}-{code}",
        stock_location_id=own if keeps_itself else parent.stock_location_id,
        **changes,
    )
    save(location)
    return location


def make_person(login: str, role: str | None = None, site: Site | None = None) -> Person:
    """A person, with a role at the site (at every site when site is None) unless role is None."""
    person = Person(id=new_id(), login=login, name=login.title(), created_at=MORNING)
    grants = [Grant(id=new_id(), person_id=person.id, site_id=site.id if site else None, role=role)] if role else []
    save(person, *grants)
    return person


def make_device(
    site: Site, enrolled_by: Person, *, number: int = 1, public_key: bytes = b"none", **changes: Any
) -> Device:
    """An enrolled device; its token is `device-<number>`."""
    device = Device(
        id=new_id(),
        installation_id=new_id(),
        number=number,
        label=f"PDA-{number:02}",
        site_id=site.id,
        public_key=public_key,
        token_hash=token_hash(f"device-{number}"),
        enrolled_by=enrolled_by.id,
        enrolled_at=MORNING,
        **changes,
    )
    save(device)
    return device


def make_item(
    sku: str = "WATER",
    *,
    barcodes: dict[str, int] | None = None,
    unit: str = "pcs",
    unit_cost: int = 1_500_000,
    **changes: Any,
) -> Item:
    """An item; `barcodes` maps normal forms to pack factors. The default cost is 1.50."""
    with reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == unit)).one()
    item = Item(
        id=new_id(),
        sku=sku,
        name=changes.pop("name", sku.title()),
        unit_id=unit_id,
        unit_cost=unit_cost,
        created_at=MORNING,
        **changes,
    )
    codes = [
        Barcode(normal_form=code, code=code, item_id=item.id, pack_factor=factor)
        for code, factor in (barcodes or {}).items()
    ]
    save(item, *codes)
    return item


def sign_in(client: FlaskClient, person: Person, *, device: Device | None = None) -> FlaskClient:
    """Put a person's session (and the device's token) into the client's cookies, as over http on loopback."""
    token = f"token-{person.id}-{device.id if device else 'desk'}"
    moment = now()
    with reading() as session:
        known = session.scalar(select(PersonSession.id).where(PersonSession.token_hash == token_hash(token)))
    if known is None:
        save(
            PersonSession(
                id=new_id(),
                token_hash=token_hash(token),
                person_id=person.id,
                device_id=device.id if device else None,
                created_at=moment,
                last_used_at=moment,
                expires_at=moment + timedelta(hours=12),
            )
        )
    client.set_cookie("pandian-session", token, domain="localhost")
    if device is not None:
        client.set_cookie("pandian-device", f"device-{device.number}", domain="localhost")
    return client


@dataclass
class Cast:
    """One shop with two bins, its people from counter to administrator, and an outsider of another site."""

    app: Flask
    site: Site
    other_site: Site
    bins: list[Location]
    counter: Person
    supervisor: Person
    manager: Person
    administrator: Person
    outsider: Person
    device: Device
    extra: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Flask) -> "Cast":
        """Build the cast in the application's database."""
        site, other = make_site("S1"), make_site("S2")
        zone = make_location(site, "A", kind="zone")
        administrator = make_person("admin", "administrator")
        return cls(
            app=app,
            site=site,
            other_site=other,
            bins=[make_location(site, code, parent=zone, walk_order=n) for n, code in enumerate(("A-01", "A-02"))],
            counter=make_person("counter", "counter", site),
            supervisor=make_person("supervisor", "supervisor", site),
            manager=make_person("manager", "manager", site),
            administrator=administrator,
            outsider=make_person("outsider", "manager", other),
            device=make_device(site, administrator),
        )

    def client(self, person: Person, *, on_device: bool = False) -> FlaskClient:
        """A browser on which `person` is signed in."""
        return sign_in(self.app.test_client(), person, device=self.device if on_device else None)
