"""Shapes of what accounts' calls take and give."""

from marshmallow import fields, validate

from app.accounts.rules import LANGUAGES, LOGIN_LENGTH_MAX, PASSWORD_LENGTH_MAX, ROLES
from app.kernel.fields import Moment, Name, Note, SearchText, Truth
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery


class Secret(fields.String):
    """A PIN or password as it is typed: never trimmed, never shown again."""

    def __init__(self, length_max: int = PASSWORD_LENGTH_MAX, **kwargs: object) -> None:
        metadata = {"format": "password", **kwargs.pop("metadata", {})}  # type: ignore[dict-item]
        super().__init__(validate=validate.Length(1, length_max), load_only=True, metadata=metadata, **kwargs)  # type: ignore[arg-type]


class GrantShape(Shape):
    """A role at a site; site_id null: at every site."""

    site_id = fields.UUID(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class PasswordSignIn(Shape):
    """Signing in at the desk."""

    login = fields.String(required=True, validate=validate.Length(1, 200))
    password = Secret(required=True)


class PinSignIn(Shape):
    """Signing in on an enrolled device."""

    person_id = fields.UUID(required=True)
    pin = Secret(required=True, length_max=32)


class SessionPerson(Answer):
    """The person who is signed in."""

    id = fields.UUID()
    name = fields.String()
    login = fields.String()
    language = fields.String()


class SessionDevice(Answer):
    """The device this browser is."""

    id = fields.UUID()
    number = fields.Integer(metadata={"description": "the short number people say: PDA-07"})
    label = fields.String()
    site_id = fields.UUID()


class GrantAnswer(Answer):
    """A role at a site; site_id null: at every site."""

    site_id = fields.UUID(allow_none=True)
    role = fields.String()


class SessionAnswer(Answer):
    """Who is signed in here, on which device, and what they may do where."""

    person = fields.Nested(SessionPerson, allow_none=True)
    device = fields.Nested(SessionDevice, allow_none=True)
    grants = fields.List(fields.Nested(GrantAnswer))
    secure = fields.Boolean(metadata={"description": "whether signing in is possible over this connection"})
    version = fields.String()
    server_ms = fields.Integer(metadata={"description": "the server's clock, ms since 1970 UTC"})


class DevicePersonAnswer(Answer):
    """Somebody who may sign in on this device."""

    id = fields.UUID()
    name = fields.String()
    has_pin = fields.Boolean()


class DevicePeople(Answer):
    """The people of the device's site."""

    rows = fields.List(fields.Nested(DevicePersonAnswer))


class EnrolmentShape(Shape):
    """Which site a device is to join, and what it will be called."""

    site_id = fields.UUID(required=True)
    label = Note(load_default="", length_max=100, metadata={"description": "empty: PDA and its number"})


class EnrolmentAnswer(Answer):
    """A code for one device, good for ten minutes; told only once."""

    id = fields.UUID()
    code = fields.String(metadata={"description": "ABCD-EFGH; without I, L, O, 0 and 1"})
    expires_at = Moment()
    url = fields.String(metadata={"description": "what the QR code holds: the app's page with the code filled in"})
    qr = fields.String(metadata={"description": "the QR code as a data: URI of an SVG picture"})


class InstallationShape(Shape):
    """What a device says of itself when it enrols."""

    code = fields.String(required=True, validate=validate.Length(1, 64))
    installation_id = fields.UUID(required=True, metadata={"description": "made once per installation by the device"})
    public_key = fields.String(
        required=True,
        validate=validate.Length(1, 1000),
        metadata={"description": "base64 of the SPKI form of an ECDSA key on P-256"},
    )
    label = Note(load_default="", length_max=100)
    app_version = Note(load_default="", length_max=64, metadata={"description": "kept from sync/hello on"})


class EnrolledAnswer(Answer):
    """The device that has been enrolled. Its token is in the cookie."""

    device = fields.Nested(SessionDevice)


class DeviceAnswer(Answer):
    """A device's identity."""

    id = fields.UUID()
    number = fields.Integer()
    label = fields.String()
    site_id = fields.UUID()
    enrolled_at = Moment()
    revoked_at = Moment(allow_none=True)


class _PeopleFilter(Shape):
    """Which people."""

    site_id = fields.UUID(load_default=None)
    search = SearchText(load_default="", metadata={"description": "a part of the name or login"})


class PeopleQuery(_PeopleFilter, PageQuery):
    """A page of which people."""


class PeopleFileQuery(_PeopleFilter, FileQuery):
    """A file of which people."""


class _PersonFields(Shape):
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    active = Truth()
    grants = fields.List(fields.Nested(GrantShape), validate=validate.Length(max=2000))


class NewPersonShape(_PersonFields):
    """Somebody to take on."""

    login = Name(required=True, length_max=LOGIN_LENGTH_MAX)
    name = Name(required=True)
    password = Secret()
    pin = Secret(length_max=32)


class PersonChangesShape(_PersonFields):
    """What to change about a person; what is left out stays."""

    login = Name(length_max=LOGIN_LENGTH_MAX)
    name = Name()


class PersonAnswer(Answer):
    """A person, with the grants you may see."""

    id = fields.UUID()
    name = fields.String()
    login = fields.String()
    language = fields.String()
    active = fields.Boolean()
    has_pin = fields.Boolean()
    has_password = fields.Boolean()
    grants = fields.List(fields.Nested(GrantAnswer))


class PeopleAnswer(Answer):
    """A page of people."""

    rows = fields.List(fields.Nested(PersonAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class PasswordShape(Shape):
    """A new password."""

    password = Secret(required=True)
    current_password = Secret(metadata={"description": "needed to change one's own"})


class PinShape(Shape):
    """A new PIN: six digits."""

    pin = Secret(required=True, length_max=32)
