"""What can be done with people, devices and sign-in."""

from app.accounts.queries.people import GrantRow
from app.accounts.service.attempts import forget_old_tries
from app.accounts.service.devices import (
    Enrolled,
    Installation,
    NewEnrolment,
    count_enrolment_try,
    create_enrolment,
    enrol_device,
    revoke_device,
)
from app.accounts.service.people import (
    NewPerson,
    PersonChanges,
    create_person,
    login_to_reset,
    may_set_pin,
    require_administrator,
    sealed_password,
    sealed_pin,
    set_password,
    set_pin,
    update_person,
)
from app.accounts.service.people_file import export_people, import_people, people_template
from app.accounts.service.signing_in import (
    Answered,
    Challenge,
    answer,
    challenge_password,
    challenge_pin,
    close_session,
    confirm_password,
    open_session,
    touch_session,
)

__all__ = [
    "Answered",
    "Challenge",
    "Enrolled",
    "GrantRow",
    "Installation",
    "NewEnrolment",
    "NewPerson",
    "PersonChanges",
    "answer",
    "challenge_password",
    "challenge_pin",
    "close_session",
    "confirm_password",
    "count_enrolment_try",
    "create_enrolment",
    "create_person",
    "enrol_device",
    "export_people",
    "forget_old_tries",
    "import_people",
    "login_to_reset",
    "may_set_pin",
    "open_session",
    "people_template",
    "require_administrator",
    "revoke_device",
    "sealed_password",
    "sealed_pin",
    "set_password",
    "set_pin",
    "touch_session",
    "update_person",
]
