"""The house itself: an empty application answers, and says what is wrong the one way."""

from flask.testing import FlaskClient

from tests.builders import Cast


def test_an_unknown_address_is_a_problem_with_a_code(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "not_found"


def test_the_cast_can_be_built(cast: Cast) -> None:
    assert cast.bins[0].stock_location_id == cast.bins[0].id
