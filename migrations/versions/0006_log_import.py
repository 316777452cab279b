"""Who brought a device's log in a file, and when.

Why: a device that cannot reach the server any more writes its log to a file; somebody answers for having brought it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Id = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_import",
        sa.Column("id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("records", BigInt, nullable=False),
        sa.Column("held", BigInt, nullable=False),
        sa.Column("imported_by", Id, nullable=False),
        sa.Column("imported_at", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_log_import_device_id_device")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_log_import_site_id_site")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_log_import_imported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_import")),
        sqlite_strict=True,
    )
    op.create_index("ix_log_import_site", "log_import", ["site_id", "imported_at"])


def downgrade() -> None:
    op.drop_index("ix_log_import_site", "log_import")
    op.drop_table("log_import")
