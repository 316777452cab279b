"""A held record can be counted in another document than the one it was scanned for.

Why: a scan that comes after its stocktake was posted counts nowhere any more, though somebody saw the goods. The
supervisor moves it into a stocktake or receipt that is still open; which one is written down beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.add_column("held_record", sa.Column("moved_to", Id, nullable=True))


def downgrade() -> None:
    op.drop_column("held_record", "moved_to")
