"""Locations can say that they are carts.

Why: an empty cart was suggested as the nearest empty bin, and goods sent there were gone with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Flag = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("location", sa.Column("mobile", Flag, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("location", "mobile")
