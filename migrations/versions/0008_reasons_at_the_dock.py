"""A reason says whether it is for counts, for goods that come in, or for both; the dock gets its own.

Why: deciding what a supplier sent too much, too little or wrong, one could choose "Earlier count was wrong" or "Other".
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Flag = sa.Boolean().with_variant(sa.Integer(), "sqlite")
REASONS = sa.table(
    "reason_code",
    sa.column("code"),
    sa.column("name_zh"),
    sa.column("name_en"),
    sa.column("direction"),
    sa.column("note_required", Flag),
    sa.column("active", Flag),
    sa.column("used_for"),
)
OF_COUNTS = ("theft", "misplaced", "miscount", "unrecorded_receipt", "unrecorded_issue", "not_counted")
OF_GOODS_IN = (
    ("supplier_short", "供应商少发", "Supplier sent too few", "loss"),
    ("supplier_over", "供应商多发", "Supplier sent too many", "both"),
    ("wrong_goods", "供应商发错货", "Supplier sent the wrong goods", "both"),
    ("poor_quality", "质量不合格", "Poor quality", "loss"),
)


def upgrade() -> None:
    op.add_column("reason_code", sa.Column("used_for", sa.Text(), nullable=False, server_default="both"))
    op.execute(REASONS.update().where(REASONS.c.code.in_(OF_COUNTS)).values(used_for="count"))
    op.bulk_insert(
        REASONS,
        [
            {
                "code": code,
                "name_zh": zh,
                "name_en": en,
                "direction": direction,
                "note_required": False,
                "active": True,
                "used_for": "goods_in",
            }
            for code, zh, en, direction in OF_GOODS_IN
        ],
    )


def downgrade() -> None:
    op.execute(REASONS.delete().where(REASONS.c.code.in_([code for code, *_ in OF_GOODS_IN])))
    op.drop_column("reason_code", "used_for")
