"""People with PINs and passwords, and the ways they sign in."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts import service
from app.accounts.models import Attempt, Person
from app.kernel.transaction import transact
from tests.builders import Cast

PASSWORD = "correct horse battery"
PIN = "473926"


def give(person: Person, *, password: str | None = None, pin: str | None = None) -> Person:
    """Set the person's secrets."""
    values = {}
    if password is not None:
        values["password_hash"] = service.sealed_password(password, person.login)
    if pin is not None:
        values["pin_hash"] = service.sealed_pin(pin)
    transact(lambda session: session.execute(update(Person).where(Person.id == person.id).values(**values)))
    return person


def device_browser(cast: Cast) -> FlaskClient:
    """The enrolled device's browser, nobody signed in."""
    client = cast.app.test_client()
    client.set_cookie("pandian-device", f"device-{cast.device.number}", domain="localhost")
    return client


def with_password(client: FlaskClient, login: str, password: str = PASSWORD, **kwargs: Any) -> Any:
    """Try to sign in at the desk."""
    return client.post("/api/v1/session/password", json={"login": login, "password": password}, **kwargs)


def with_pin(client: FlaskClient, person: Person, pin: str = PIN) -> Any:
    """Try to sign in on a device."""
    return client.post("/api/v1/session/pin", json={"person_id": str(person.id), "pin": pin})


def wait() -> None:
    """Let every closed lock open: time passes."""
    transact(lambda session: session.execute(update(Attempt).values(closed_until=None)))
