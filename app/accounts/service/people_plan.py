"""What a file of people comes to: every mistake in it, and the people it wants. Decides, and writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.accounts.queries.people import GrantRow, PersonRow
from app.accounts.rules import LANGUAGES, ROLES, highest_roles, login_normal
from app.kernel.errors import Invalid
from app.kernel.table import Column, Row, RowError
from app.kernel.table_cells import CellMistake, choice_cell, yes_no_cell
from app.kernel.table_words import YES_NO, Words
from app.kernel.text import name_text

ALL_SITES = "*"


def _login_cell(cell: str) -> str:
    try:
        return login_normal(cell)
    except Invalid as error:
        raise CellMistake("invalid_login", error.detail) from error


def _sites_cell(cell: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in cell.replace("；", ";").split(";") if code.strip())  # both are typed


_LANGUAGE = Words("中文 或 英文", "zh or en")
_ROLE = Words("盘点员、主管、经理 或 管理员", ", ".join(ROLES))
_SITES = Words(
    f"门店编码,用 ; 分开;{ALL_SITES} 表示所有门店", f"Site codes with ; between them; {ALL_SITES}: every site"
)
COLUMNS = (
    Column("login", _login_cell, required=True, example="li.na"),
    Column("name", name_text, example="李娜"),
    Column("language", choice_cell(LANGUAGES), example="zh", kind="word", note=_LANGUAGE),
    Column("role", choice_cell(ROLES), example="counter", kind="word", note=_ROLE),
    Column("sites", _sites_cell, example="S1;S2", note=_SITES),
    Column("active", yes_no_cell, example="yes", kind="word", note=YES_NO),
)
_ONE_EACH = ("name", "language", "active")  # what all rows of a person must agree on


@dataclass(frozen=True, slots=True)
class WantedPerson:
    """A person as the file wants them. `grants` None leaves what is there."""

    row: int
    login: str
    name: str
    language: str
    active: bool
    grants: frozenset[GrantRow] | None

    def is_as(self, person: PersonRow) -> bool:
        """Whether the person is like this already."""
        same = (self.name, self.language, self.active) == (person.name, person.language, person.active)
        return same and (self.grants is None or self.grants == frozenset(person.grants))


@dataclass(slots=True)
class PeoplePlan:
    """The people as the file wants them, and what is wrong with it."""

    wanted: list[WantedPerson] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def plan_people(
    rows: Sequence[Row], errors: Sequence[RowError], known: Mapping[str, PersonRow], sites: Mapping[str, UUID]
) -> PeoplePlan:
    """Judge the file's rows against the people (`known`, by login) and the sites (code → id)."""
    by_login: dict[str, list[Row]] = {}
    for row in rows:
        if "login" not in row.bad:
            by_login.setdefault(row.values["login"], []).append(row)
    plan = PeoplePlan(errors=[*errors])
    for login, own in by_login.items():
        mistakes = [*_disagreements(own), *_grant_mistakes(own, sites), *_nameless(own, known.get(login))]
        plan.errors += mistakes
        if not mistakes and not any(row.bad for row in own):
            plan.wanted.append(_wanted(login, own, known.get(login), sites))
    plan.errors += _nobody_left(plan.wanted, known)
    return plan


def _wanted(login: str, rows: Sequence[Row], before: PersonRow | None, sites: Mapping[str, UUID]) -> WantedPerson:
    def cell(name: str, default: Any) -> Any:
        given = [row.values[name] for row in rows if row.values[name] is not None]
        return given[0] if given else getattr(before, name, default)

    pairs = [(site, row.values["role"]) for row in rows if row.values["role"] for site in row.values["sites"]]
    highest = highest_roles((None if site == ALL_SITES else sites[site], role) for site, role in pairs)
    grants = frozenset(GrantRow(site_id, role) for site_id, role in highest.items()) if pairs else None
    return WantedPerson(rows[0].number, login, cell("name", ""), cell("language", "zh"), cell("active", True), grants)


def _disagreements(rows: Sequence[Row]) -> Iterator[RowError]:
    """Several rows give one person several roles; in the rest they must agree, or be empty."""
    for name in _ONE_EACH:
        first: Any = None
        for row in rows:
            value = row.values[name]
            if first is None:
                first = value
            elif value is not None and value != first:
                message = f"Another row of this login says {first!r}; leave this cell empty or say the same."
                yield RowError(row.number, name, str(value), "contradiction", message)


def _grant_mistakes(rows: Sequence[Row], sites: Mapping[str, UUID]) -> Iterator[RowError]:
    for row in rows:
        role, codes = row.values["role"], row.values["sites"]
        if row.bad & {"role", "sites"}:
            continue
        if role and not codes:
            message = f"Say at which sites, by code, with ; between them; {ALL_SITES} means every site."
            yield RowError(row.number, "sites", "", "required", message)
        if codes and not role:
            yield RowError(row.number, "role", "", "required", f"Say which role: {', '.join(ROLES)}.")
        for code in codes or ():
            if code != ALL_SITES and code not in sites:
                yield RowError(row.number, "sites", code, "unknown_site", "There is no site with this code.")


def _nameless(rows: Sequence[Row], before: PersonRow | None) -> Iterator[RowError]:
    if before is None and not any(row.values["name"] or "name" in row.bad for row in rows):
        yield RowError(rows[0].number, "name", "", "required", "Somebody new needs a name.")


def _nobody_left(wanted: Sequence[WantedPerson], known: Mapping[str, PersonRow]) -> Iterator[RowError]:
    """The file must not take the last administrator of all sites away."""
    everything = GrantRow(None, "administrator")
    before = {login for login, person in known.items() if person.active and everything in person.grants}
    after = set(before)
    for person in wanted:
        grants = person.grants if person.grants is not None else getattr(known.get(person.login), "grants", ())
        (after.add if person.active and everything in grants else after.discard)(person.login)
    if before and not after:
        row = next(person.row for person in wanted if person.login in before)
        message = "Nobody could administer Pandian any more; make somebody else administrator first."
        yield RowError(row, "role", "", "last_administrator", message)
