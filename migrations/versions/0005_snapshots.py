"""Snapshots that new devices begin with.

Why: a new device read the whole feed since the first day. Pages are rows rather than files, so that every host of an
installation with several serves the same ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Id = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("id", Id, nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("site_id", Id, nullable=True),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("feed_number", BigInt, nullable=False),
        sa.Column("made_at", BigInt, nullable=False),
        sa.Column("rows", BigInt, nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sqlite_strict=True,
    )
    op.create_index("ix_snapshot_dataset", "snapshot", ["dataset", "site_id", "feed_number"], unique=False)
    op.create_table(
        "snapshot_page",
        sa.Column("snapshot_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("rows", BigInt, nullable=False),
        sa.Column("size", BigInt, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_page_snapshot_id")),
        sa.PrimaryKeyConstraint("snapshot_id", "number", name=op.f("pk_snapshot_page")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("snapshot_page")
    op.drop_table("snapshot")
