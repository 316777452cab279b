"""People by CSV: all mistakes at once, all rows or none, and the file it writes is the file it reads."""

from typing import Any

from flask.testing import FlaskClient

from tests.accounts.secrets import PASSWORD, give, with_password
from tests.builders import Cast, make_person

HEADER = "login,name,language,role,sites,active\n"


def send(client: FlaskClient, text: str, *, dry_run: bool = False) -> Any:
    path = f"/api/v1/people/import?dry_run={str(dry_run).lower()}"
    return client.post(path, data=(HEADER + text).encode(), content_type="text/csv")


def counts(answer: Any) -> tuple[int, int, int, bool]:
    return tuple(answer.json[key] for key in ("created", "updated", "unchanged", "applied"))  # type: ignore[return-value]


def grants_of(client: FlaskClient, login: str) -> set[tuple[str | None, str]]:
    rows = client.get(f"/api/v1/people?search={login}").json["rows"]
    return {(grant["site_id"], grant["role"]) for row in rows for grant in row["grants"]}


def test_a_person_has_a_row_for_each_role(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    answer = send(administrator, "li.na,李娜,zh,counter,S1,yes\nLi.Na,,,supervisor,S2,\nwang,Wang,en,manager,*,yes\n")
    assert answer.status_code == 200, answer.json
    assert counts(answer) == (2, 0, 0, True)
    expected = {(str(cast.site.id), "counter"), (str(cast.other_site.id), "supervisor")}
    assert grants_of(administrator, "li.na") == expected
    assert grants_of(administrator, "wang") == {(None, "manager")}


def test_a_trial_says_what_would_happen_and_does_nothing(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    answer = send(administrator, "li.na,李娜,zh,counter,S1;S2,yes\ncounter,Chen,,,,\n", dry_run=True)
    assert counts(answer) == (1, 1, 0, False)
    assert grants_of(administrator, "li.na") == set()


def test_every_mistake_is_told_at_once_and_nothing_is_done(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    text = (
        "li na,Li,zh,counter,S1,yes\n"
        "nameless,,zh,counter,S1,yes\n"
        "chen,Chen,fr,owner,S1,maybe\n"
        "wang,Wang,zh,counter,S9,yes\n"
        "zhao,Zhao,zh,counter,,yes\n"
        "sun,Sun,zh,,S1,yes\n"
        "zhou,Zhou,zh,counter,S1,yes\n"
        "zhou,Zoe,zh,manager,S2,yes\n"
    )
    trial = send(administrator, text, dry_run=True)
    assert trial.status_code == 200
    found = {(error["row"], error["column"]) for error in trial.json["errors"]}
    assert found == {
        (2, "login"),
        (3, "name"),
        (4, "language"),
        (4, "role"),
        (4, "active"),
        (5, "sites"),
        (6, "sites"),
        (7, "role"),
        (9, "name"),
    }
    refused = send(administrator, text)
    assert (refused.status_code, refused.json["error_count"]) == (422, 9)
    assert len(administrator.get("/api/v1/people").json["rows"]) == 5


def test_the_exported_file_changes_nothing_when_it_comes_back(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    take_on = "li.na,李娜,zh,counter,S1,no\nli.na,,,supervisor,S2,\n@home,'=1+1,zh,counter,*,yes\n"
    assert counts(send(administrator, take_on)) == (2, 0, 0, True)
    exported = administrator.get("/api/v1/people/export")
    assert "'@home,'=1+1," in exported.data.decode()  # text for a spreadsheet, no formula
    assert exported.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    again = administrator.post("/api/v1/people/import?dry_run=false", data=exported.data, content_type="text/csv")
    assert counts(again) == (0, 0, 7, True), again.json


def test_the_template_can_be_sent_back_once_its_sites_exist(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    template = administrator.get("/api/v1/people/template").data
    answer = administrator.post("/api/v1/people/import?dry_run=true", data=template, content_type="text/csv")
    assert [(error["column"], error["value"]) for error in answer.json["errors"]] == [("sites", "S3")]


def test_an_empty_role_leaves_what_somebody_may_do(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    assert counts(send(administrator, "counter,Chen,,,,\n")) == (0, 1, 0, True)
    assert grants_of(administrator, "counter") == {(str(cast.site.id), "counter")}


def test_a_file_cannot_take_the_last_administrator_away(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    refused = send(administrator, "admin,Admin,zh,counter,S1,yes\n")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == "last_administrator"
    assert counts(send(administrator, "admin,Admin,zh,counter,S1,yes\nnew,New,zh,administrator,*,yes\n"))[3] is True


def test_who_is_made_inactive_by_a_file_is_signed_out(cast: Cast) -> None:
    give(cast.counter, password=PASSWORD)
    desk = cast.app.test_client()
    with_password(desk, "counter")
    send(cast.client(cast.administrator), "counter,,,,,no\n")
    assert desk.get("/api/v1/session").json["person"] is None


def test_only_administrators_of_all_sites_send_and_fetch_files(cast: Cast) -> None:
    client = cast.client(make_person("siteadmin", "administrator", cast.site))
    assert send(client, "li.na,李娜,zh,administrator,*,yes\n").status_code == 403
    assert client.get("/api/v1/people/export").status_code == 403


def test_a_pin_in_a_file_is_refused_with_its_column(cast: Cast) -> None:
    data = b"login,name,pin\nli.na,Li,473926\n"
    client = cast.client(cast.administrator)
    refused = client.post("/api/v1/people/import?dry_run=false", data=data, content_type="text/csv")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == "unknown_column"
