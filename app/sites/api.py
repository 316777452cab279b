"""HTTP of sites and the places in them."""

from typing import Any
from uuid import UUID

from flask import Response

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page, PageQuery, offset_of
from app.kernel.table import ImportReport
from app.kernel.table_http import (
    IMPORT_BODY,
    UNREADABLE,
    WRONG,
    FileQuery,
    ImportAnswer,
    ImportQuery,
    file_answer,
    file_body,
    form_of,
    gives_file,
)
from app.kernel.transaction import reading, transact
from app.sites import queries, service
from app.sites.queries import LocationFacts, SiteFacts
from app.sites.schemas import (
    LocationAnswer,
    LocationBody,
    LocationFileQuery,
    LocationPage,
    LocationPatch,
    LocationQuery,
    SiteAnswer,
    SiteBody,
    SitePage,
    SitePatch,
)

blueprint = Blueprint("sites", __name__, url_prefix="/api/v1")


@blueprint.route("/sites", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SitePage)
@requires("counter")
def list_sites(query: dict[str, Any]) -> Page[SiteFacts]:
    """The sites where the person has a role, by code."""
    with reading() as session:
        return queries.sites_page(session, current_viewer(), limit=query["limit"], offset=offset_of(query["after"]))


@blueprint.route("/sites", methods=["POST"])
@blueprint.arguments(SiteBody)
@blueprint.response(201, SiteAnswer)
@blueprint.alt_response(409, description="code_taken")
@requires("administrator")
def create_site(body: dict[str, Any]) -> SiteFacts:
    """Make a site with its own location and its counterparts. Needs a grant for all sites."""
    return transact(lambda session: service.create_site(session, service.NewSite(**body), current_viewer(), now()))


@blueprint.route("/sites/<uuid:site_id>", methods=["PATCH"])
@blueprint.arguments(SitePatch)
@blueprint.response(200, SiteAnswer)
@blueprint.alt_response(409, description="stock_level_fixed, currency_fixed: stock has moved here")
@requires("administrator")
def edit_site(body: dict[str, Any], site_id: UUID) -> SiteFacts:
    """Change what is named; what is not named stays."""
    return transact(lambda session: service.edit_site(session, site_id, body, current_viewer(), now()))


@blueprint.route("/sites/<uuid:site_id>/locations", methods=["GET"])
@blueprint.arguments(LocationQuery, location="query")
@blueprint.response(200, LocationPage)
@requires("counter")
def list_locations(query: dict[str, Any], site_id: UUID) -> Page[LocationFacts]:
    """The site's locations in walking order: itself, zones, bins, and its counterparts."""
    current_viewer().require("counter", site_id)
    offset = offset_of(query.pop("after"))
    with reading() as session:
        queries.site_of(session, site_id)
        return queries.locations_page(session, site_id, offset=offset, **query)


@blueprint.route("/sites/<uuid:site_id>/locations", methods=["POST"])
@blueprint.arguments(LocationBody)
@blueprint.response(201, LocationAnswer)
@blueprint.alt_response(409, description="code_taken, barcode_taken")
@requires("administrator")
def create_location(body: dict[str, Any], site_id: UUID) -> LocationFacts:
    """Make a zone or bin."""
    command = service.NewLocation(**body)
    return transact(lambda session: service.create_location(session, site_id, command, current_viewer(), now()))


@blueprint.route("/locations/<uuid:location_id>", methods=["PATCH"])
@blueprint.arguments(LocationPatch)
@blueprint.response(200, LocationAnswer)
@blueprint.alt_response(409, description="location_fixed, stock_location_fixed, barcode_taken")
@requires("administrator")
def edit_location(body: dict[str, Any], location_id: UUID) -> LocationFacts:
    """Change what is named; what is not named stays."""
    return transact(lambda session: service.edit_location(session, location_id, body, current_viewer(), now()))


@blueprint.route("/sites/<uuid:site_id>/locations/import", methods=["POST"])
@blueprint.arguments(ImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("administrator")
def import_locations(query: dict[str, Any], site_id: UUID) -> ImportReport:
    """Zones and bins by file, known by their code: all rows or none."""
    data, viewer, moment = file_body(), current_viewer(), now()
    if query["dry_run"]:
        with reading() as session:
            return service.import_locations(session, site_id, data, viewer, moment, dry_run=True)
    return transact(lambda session: service.import_locations(session, site_id, data, viewer, moment, dry_run=False))


@blueprint.route("/sites/<uuid:site_id>/locations/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("administrator")
def location_template(query: dict[str, Any], site_id: UUID) -> Response:
    """A file to fill in, with examples."""
    current_viewer().require("administrator", site_id)
    form = form_of(query)
    return file_answer(service.location_template(form), "locations-template", form)


@blueprint.route("/sites/<uuid:site_id>/locations/export", methods=["GET"])
@blueprint.arguments(LocationFileQuery, location="query")
@gives_file(blueprint)
@requires("administrator")
def export_locations(query: dict[str, Any], site_id: UUID) -> Response:
    """The zones and bins, all or those found, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        data = service.export_locations(session, site_id, current_viewer(), form, **query)
    return file_answer(data, "locations", form)
