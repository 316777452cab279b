"""Orders and expected deliveries get a version.

Why: of two people who edited the same draft the last one silently won. Who changes a document says which version was
shown, and is told when somebody was faster.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("purchase_order", "expected_delivery"):
        op.add_column(table, sa.Column("version", BigInt, nullable=False, server_default="1"))


def downgrade() -> None:
    for table in ("purchase_order", "expected_delivery"):
        op.drop_column(table, "version")
