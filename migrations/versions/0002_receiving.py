"""Receiving: suppliers, orders, deliveries, goods receipts, lots, fixed bins, photos.

Why: goods come in by scan on the same log and the same book as counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Id = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
Flag = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead_time_days", BigInt, nullable=True),
        sa.Column("over_receipt_bp", BigInt, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", Flag, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.CheckConstraint("lead_time_days BETWEEN 0 AND 1000", name=op.f("ck_supplier_lead_time_days")),
        sa.CheckConstraint("over_receipt_bp BETWEEN 0 AND 100000", name=op.f("ck_supplier_over_receipt_bp")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "expected_delivery",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("supplier_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.Column("ended_at", BigInt, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('expected', 'part_received', 'received', 'closed', 'cancelled')",
            name=op.f("ck_expected_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_expected_delivery_created_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_expected_delivery_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_expected_delivery_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_delivery")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_expected_delivery_site_id_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_expected_delivery_supplier", "expected_delivery", ["supplier_id"], unique=False)
    op.create_table(
        "purchase_order",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("supplier_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.Column("ordered_at", BigInt, nullable=True),
        sa.Column("ended_at", BigInt, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'ordered', 'part_received', 'received', 'closed', 'cancelled')",
            name=op.f("ck_purchase_order_state"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_purchase_order_created_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_purchase_order_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_purchase_order_site_id_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_purchase_order_supplier", "purchase_order", ["supplier_id"], unique=False)
    op.create_table(
        "goods_receipt",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("supplier_id", Id, nullable=True),
        sa.Column("order_id", Id, nullable=True),
        sa.Column("delivery_id", Id, nullable=True),
        sa.Column("location_id", Id, nullable=False),
        sa.Column("delivery_note", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", Id, nullable=False),
        sa.Column("opened_at", BigInt, nullable=False),
        sa.Column("closed_at", BigInt, nullable=True),
        sa.Column("closed_by", Id, nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("posted_at", BigInt, nullable=True),
        sa.Column("posted_by", Id, nullable=True),
        sa.Column("reversed_at", BigInt, nullable=True),
        sa.Column("journals", BigInt, nullable=False),
        sa.CheckConstraint(
            "state IN ('receiving', 'closed', 'posted', 'reversed', 'cancelled')", name=op.f("ck_goods_receipt_state")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["expected_delivery.id"], name=op.f("fk_goods_receipt_delivery_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_goods_receipt_location_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_goods_receipt_opened_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_goods_receipt_order_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_goods_receipt_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_goods_receipt_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_goods_receipt_site_id_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_goods_receipt_delivery", "goods_receipt", ["delivery_id"], unique=False)
    op.create_index("ix_goods_receipt_order", "goods_receipt", ["order_id"], unique=False)
    op.create_table(
        "item_place",
        sa.Column("site_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_place_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_item_place_location_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_item_place_site_id")),
        sa.PrimaryKeyConstraint("site_id", "item_id", name=op.f("pk_item_place")),
        sqlite_strict=True,
    )
    op.create_table(
        "lot",
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("created_at", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id")),
        sa.PrimaryKeyConstraint("item_id", "lot", name=op.f("pk_lot")),
        sqlite_strict=True,
    )
    op.create_index("ix_lot_lot", "lot", ["lot"], unique=False)
    op.create_index(
        "ix_balance_lot",
        "balance",
        ["lot"],
        unique=False,
        sqlite_where=sa.text("lot <> ''"),
        postgresql_where=sa.text("lot <> ''"),
    )
    op.create_table(
        "photo",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("record_id", Id, nullable=True),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("taken_at", BigInt, nullable=False),
        sa.Column("received_at", BigInt, nullable=False),
        sa.Column("width", BigInt, nullable=False),
        sa.Column("height", BigInt, nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("purpose IN ('damage', 'unknown_code', 'evidence')", name=op.f("ck_photo_purpose")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_photo_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_photo_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_photo_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sqlite_strict=True,
    )
    op.create_index("ix_photo_document", "photo", ["document_id"], unique=False)
    op.create_index("ix_photo_record", "photo", ["record_id"], unique=False)
    op.create_table(
        "purchase_order_line",
        sa.Column("id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("quantity_received", BigInt, nullable=False),
        sa.Column("price", BigInt, nullable=False),
        sa.Column("promised_on", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000000", name=op.f("ck_purchase_order_line_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_purchase_order_line_item_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_purchase_order_line_order_id_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_purchase_order_line_item", "purchase_order_line", ["item_id"], unique=False)
    op.create_table(
        "supplier_item",
        sa.Column("supplier_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("supplier_sku", sa.Text(), nullable=False),
        sa.Column("price", BigInt, nullable=False),
        sa.Column("moq", BigInt, nullable=False),
        sa.Column("order_multiple", BigInt, nullable=False),
        sa.Column("lead_time_days", BigInt, nullable=True),
        sa.Column("over_receipt_bp", BigInt, nullable=True),
        sa.CheckConstraint("moq >= 0", name=op.f("ck_supplier_item_moq")),
        sa.CheckConstraint("order_multiple >= 1", name=op.f("ck_supplier_item_order_multiple")),
        sa.CheckConstraint("over_receipt_bp BETWEEN 0 AND 100000", name=op.f("ck_supplier_item_over_receipt_bp")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_supplier_item_price")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_supplier_item_item_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_item_supplier_id")),
        sa.PrimaryKeyConstraint("supplier_id", "item_id", name=op.f("pk_supplier_item")),
        sqlite_strict=True,
    )
    op.create_index("ix_supplier_item_item", "supplier_item", ["item_id"], unique=False)
    op.create_table(
        "expected_delivery_line",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("quantity_received", BigInt, nullable=False),
        sa.Column("order_line_id", Id, nullable=True),
        sa.Column("sscc", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000000", name=op.f("ck_expected_delivery_line_quantity")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["expected_delivery.id"], name=op.f("fk_expected_delivery_line_delivery_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_expected_delivery_line_item_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["purchase_order_line.id"], name=op.f("fk_expected_delivery_line_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_delivery_line")),
        sa.UniqueConstraint("delivery_id", "number", name=op.f("uq_expected_delivery_line_delivery_id_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_expected_delivery_line_item", "expected_delivery_line", ["item_id"], unique=False)
    op.create_index("ix_expected_delivery_line_order_line", "expected_delivery_line", ["order_line_id"], unique=False)
    op.create_index("ix_expected_delivery_line_sscc", "expected_delivery_line", ["sscc"], unique=False)
    op.create_table(
        "receipt_line",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("receipt_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.Column("quantity_expected", BigInt, nullable=False),
        sa.Column("quantity_good", BigInt, nullable=False),
        sa.Column("quantity_damaged", BigInt, nullable=False),
        sa.Column("unit_cost", BigInt, nullable=False),
        sa.Column("flags", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("damaged_kept", Flag, nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", BigInt, nullable=True),
        sa.Column("quantity_posted", BigInt, nullable=True),
        sa.CheckConstraint(
            "state IN ('agreed', 'within_ceiling', 'needs_decision', 'accepted', 'accepted_expected', 'refused')",
            name=op.f("ck_receipt_line_state"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_receipt_line_decided_by")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_receipt_line_item_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["goods_receipt.id"], name=op.f("fk_receipt_line_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_line")),
        sa.UniqueConstraint("receipt_id", "item_id", name=op.f("uq_receipt_line_receipt_id_item_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_receipt_line_item", "receipt_line", ["item_id"], unique=False)
    op.create_table(
        "receipt_sheet",
        sa.Column("id", Id, nullable=False),
        sa.Column("receipt_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("opened_at", BigInt, nullable=False),
        sa.Column("closed_at", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_receipt_sheet_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_receipt_sheet_person_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["goods_receipt.id"], name=op.f("fk_receipt_sheet_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_sheet")),
        sqlite_strict=True,
    )
    op.create_index("ix_receipt_sheet_receipt", "receipt_sheet", ["receipt_id"], unique=False)
    op.create_table(
        "receipt_tally",
        sa.Column("receipt_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("damaged", Flag, nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("records", BigInt, nullable=False),
        sa.Column("first_look_at", BigInt, nullable=False),
        sa.Column("last_look_at", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_receipt_tally_item_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["goods_receipt.id"], name=op.f("fk_receipt_tally_receipt_id")),
        sa.PrimaryKeyConstraint("receipt_id", "item_id", "lot", "damaged", name=op.f("pk_receipt_tally")),
        sqlite_strict=True,
    )
    op.create_index("ix_receipt_tally_item", "receipt_tally", ["item_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_receipt_tally_item", table_name="receipt_tally")
    op.drop_table("receipt_tally")
    op.drop_index("ix_receipt_sheet_receipt", table_name="receipt_sheet")
    op.drop_table("receipt_sheet")
    op.drop_index("ix_receipt_line_item", table_name="receipt_line")
    op.drop_table("receipt_line")
    op.drop_index("ix_expected_delivery_line_sscc", table_name="expected_delivery_line")
    op.drop_index("ix_expected_delivery_line_order_line", table_name="expected_delivery_line")
    op.drop_index("ix_expected_delivery_line_item", table_name="expected_delivery_line")
    op.drop_table("expected_delivery_line")
    op.drop_index("ix_supplier_item_item", table_name="supplier_item")
    op.drop_table("supplier_item")
    op.drop_index("ix_purchase_order_line_item", table_name="purchase_order_line")
    op.drop_table("purchase_order_line")
    op.drop_index("ix_photo_record", table_name="photo")
    op.drop_index("ix_photo_document", table_name="photo")
    op.drop_table("photo")
    op.drop_index("ix_balance_lot", table_name="balance")
    op.drop_index("ix_lot_lot", table_name="lot")
    op.drop_table("lot")
    op.drop_table("item_place")
    op.drop_index("ix_goods_receipt_order", table_name="goods_receipt")
    op.drop_index("ix_goods_receipt_delivery", table_name="goods_receipt")
    op.drop_table("goods_receipt")
    op.drop_index("ix_purchase_order_supplier", table_name="purchase_order")
    op.drop_table("purchase_order")
    op.drop_index("ix_expected_delivery_supplier", table_name="expected_delivery")
    op.drop_table("expected_delivery")
    op.drop_table("supplier")
