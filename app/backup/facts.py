"""What a database holds, read over one connection, also where its schema is an older one."""

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, column, func, inspect, literal, select, table, union_all

from app.backup.rules import Facts
from app.feed.models import SyncMeta
from app.kernel.database import Base
from app.ledger.models import Journal
from app.sites.models import Site

VERSIONS = "alembic_version"


def read_facts(connection: Connection) -> Facts:
    """The facts of the database as the connection's transaction sees it."""
    ours = sorted(set(inspect(connection).get_table_names()) & Base.metadata.tables.keys())
    known = dict(connection.execute(select(SyncMeta.key, SyncMeta.value)).all()) if "sync_meta" in ours else {}
    counted = union_all(
        *(select(literal(name).label("name"), func.count().label("rows")).select_from(table(name)) for name in ours)
    )
    return Facts(
        revision=MigrationContext.configure(connection).get_current_revision(),
        epoch=known.get("epoch"),
        feed_head=int(known.get("feed_head", "0")),
        chains=_chains(connection) if "journal" in ours else {},
        rows={row.name: row.rows for row in connection.execute(counted)} if ours else {},
    )


def holds_something(connection: Connection) -> bool:
    """Whether somebody would miss this database: it has sites or people, or tables that are not ours."""
    names = set(inspect(connection).get_table_names())
    if names - Base.metadata.tables.keys() - {VERSIONS}:
        return True
    filled = (table(name, column("id")) for name in ("site", "person") if name in names)
    return any(connection.scalar(select(one.c.id).limit(1)) is not None for one in filled)


def _chains(connection: Connection) -> dict[str, tuple[int, str]]:
    heads = select(Journal.site_id, func.max(Journal.chain_number).label("number")).group_by(Journal.site_id).subquery()
    rows = connection.execute(
        select(Site.code, Journal.chain_number, Journal.chain_hash)
        .join(heads, (heads.c.site_id == Journal.site_id) & (heads.c.number == Journal.chain_number))
        .join(Site, Site.id == Journal.site_id)
    )
    return {row.code: (row.chain_number, bytes(row.chain_hash).hex()) for row in rows}
