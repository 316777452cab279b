"""The spine: every table of the first landing.

Why: Pandian begins here: sites and people, the catalogue, the device log and its feed, the ledger, the stocktake.
The triggers hold what no code may break: entries, journals (but for the seal, once) and device records never change.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Id = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
Flag = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def _unit_id(number: int) -> object:
    known = UUID(int=(0x01890000_0000_7000_8000 << 48) + number)
    return known.bytes if op.get_bind().dialect.name == "sqlite" else known


# Tables where nothing is ever changed or deleted.
APPEND_ONLY = ("entry", "device_record", "record_supersedes")
SEAL = ("entries_hash", "chain_number", "chain_hash")
JOURNAL_CONTENT = (
    "id",
    "site_id",
    "kind",
    "source_key",
    "document",
    "reverses_id",
    "stocktake_id",
    "person_id",
    "note",
    "recorded_at",
    "content_hash",
)

REASON_CODES = sa.table(
    "reason_code",
    sa.column("code"),
    sa.column("name_zh"),
    sa.column("name_en"),
    sa.column("direction"),
    sa.column("note_required", Flag),
    sa.column("active", Flag),
)
DEFAULT_REASONS = [
    {"code": code, "name_zh": zh, "name_en": en, "direction": direction, "note_required": note, "active": True}
    for code, zh, en, direction, note in (
        ("tolerance", "容差内自动通过", "Within tolerance", "both", False),
        ("damaged", "破损", "Damaged", "loss", False),
        ("expired", "过期", "Expired", "loss", False),
        ("theft", "被盗或丢失", "Theft or loss", "loss", False),
        ("misplaced", "放错位置", "Misplaced", "both", False),
        ("miscount", "以往盘点有误", "Earlier count was wrong", "both", False),
        ("unrecorded_receipt", "收货未入账", "Receipt not recorded", "gain", False),
        ("unrecorded_issue", "出库未入账", "Issue not recorded", "loss", False),
        ("wrong_posting", "入账有误", "Posted in error", "both", False),
        ("explained_late", "过账后由迟到单据解释", "Explained after posting", "both", False),
        ("not_counted", "未盘按零处理", "Not counted, taken as zero", "loss", False),
        ("other", "其他", "Other", "both", True),
    )
]
UNITS = sa.table("unit", sa.column("id", Id), sa.column("code"), sa.column("name"), sa.column("scale"))
USUAL_UNITS = (("pcs", "件", 0), ("kg", "千克", 3), ("l", "升", 3), ("m", "米", 2))


def _default_units() -> list[dict[str, object]]:
    """Fixed ids, so that every installation knows the usual units by the same name."""
    return [
        {"id": _unit_id(number), "code": code, "name": name, "scale": scale}
        for number, (code, name, scale) in enumerate(USUAL_UNITS, start=1)
    ]


def _create_functions() -> None:
    """line_value() values a quantity exactly and rounds once, half to even; SQLite gets it at connect."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION line_value(quantity bigint, scale bigint, unit_cost bigint) RETURNS bigint "
            # Not LANGUAGE sql: that starts an executor a row, which took a third of evaluating a stocktake's lines.
            "LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ "
            "DECLARE "
            "  exact numeric := quantity::numeric * unit_cost; "
            "  denominator numeric := 10::numeric ^ scale * 10000; "
            "  doubled numeric := 2 * abs(exact) + denominator; "
            "  rounded numeric := div(doubled, 2 * denominator); "
            "BEGIN "
            "  IF rounded % 2 <> 0 AND doubled % (2 * denominator) = 0 THEN rounded := rounded - 1; END IF; "
            "  RETURN sign(exact) * least(9007199254740991, rounded); "
            "END $$"
        )


def _leave_room() -> None:
    """Each line is written again when it is evaluated, decided and posted: room in the page spares the indexes."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE count_line SET (fillfactor = 40)")


def _create_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_triggers()
    else:
        _create_postgresql_triggers()


def _create_sqlite_triggers() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in JOURNAL_CONTENT)
    op.execute(
        "CREATE TRIGGER journal_refuse_update BEFORE UPDATE ON journal "
        f"WHEN OLD.chain_number IS NOT NULL OR {changed} "
        "BEGIN SELECT RAISE(ABORT, 'journal is append-only; it is sealed once'); END"
    )
    op.execute(
        "CREATE TRIGGER journal_refuse_delete BEFORE DELETE ON journal "
        "BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END"
    )


def _create_postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in JOURNAL_CONTENT)
    op.execute(
        "CREATE TRIGGER journal_refuse_update BEFORE UPDATE ON journal FOR EACH ROW "
        f"WHEN (OLD.chain_number IS NOT NULL OR {changed}) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER journal_refuse_delete BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    _create_tables()
    _create_functions()
    _create_triggers()
    _leave_room()
    op.bulk_insert(REASON_CODES, DEFAULT_REASONS)
    op.bulk_insert(UNITS, _default_units())


def _create_tables() -> None:  # noqa: PLR0915  # one statement a table, in the order of their references
    op.create_table(
        "attempt",
        sa.Column("lock", sa.Text(), nullable=False),
        sa.Column("failures", BigInt, nullable=False),
        sa.Column("last_failed_at", BigInt, nullable=False),
        sa.Column("closed_until", BigInt, nullable=True),
        sa.PrimaryKeyConstraint("lock", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )
    op.create_table(
        "category",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("name", name=op.f("uq_category_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "change",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("site_id", Id, nullable=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("recorded_at", BigInt, nullable=False),
        sa.Column("feed_number", BigInt, nullable=True),
        sa.CheckConstraint("operation IN ('U', 'D')", name=op.f("ck_change_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("feed_number", name=op.f("uq_change_feed_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_change_entity_key", "change", ["entity", "entity_key"], unique=False)
    op.create_index(
        "ix_change_unnumbered",
        "change",
        ["id"],
        unique=False,
        sqlite_where=sa.text("feed_number IS NULL"),
        postgresql_where=sa.text("feed_number IS NULL"),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("started_at", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", Id, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("active", Flag, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sqlite_strict=True,
    )
    op.create_table(
        "reason_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("note_required", Flag, nullable=False),
        sa.Column("active", Flag, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reason_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "record_supersedes",
        sa.Column("record_id", Id, nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("record_id", "target_id", name=op.f("pk_record_supersedes")),
        sqlite_strict=True,
    )
    op.create_index("ix_record_supersedes_target", "record_supersedes", ["target_id"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stock_level", sa.Text(), nullable=False),
        sa.Column("self_approval", Flag, nullable=False),
        sa.Column("tolerance_quantity", BigInt, nullable=True),
        sa.Column("tolerance_percent_bp", BigInt, nullable=True),
        sa.Column("tolerance_value", BigInt, nullable=True),
        sa.Column("active", Flag, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.CheckConstraint("stock_level IN ('site', 'zone', 'bin')", name=op.f("ck_site_stock_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "sync_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sync_meta")),
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scale", BigInt, nullable=False),
        sa.CheckConstraint("scale BETWEEN 0 AND 6", name=op.f("ck_unit_scale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "device",
        sa.Column("id", Id, nullable=False),
        sa.Column("installation_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_by", Id, nullable=False),
        sa.Column("enrolled_at", BigInt, nullable=False),
        sa.Column("revoked_at", BigInt, nullable=True),
        sa.Column("revoked_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["enrolled_by"], ["person.id"], name=op.f("fk_device_enrolled_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_device_revoked_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_device_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("installation_id", name=op.f("uq_device_installation_id")),
        sa.UniqueConstraint("number", name=op.f("uq_device_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "item",
        sa.Column("id", Id, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("tracks_lots", Flag, nullable=False),
        sa.Column("tracks_expiry", Flag, nullable=False),
        sa.Column("tracks_serials", Flag, nullable=False),
        sa.Column("minimum_life_days", BigInt, nullable=True),
        sa.Column("unit_cost", BigInt, nullable=False),
        sa.Column("active", Flag, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.CheckConstraint("unit_cost >= 0", name=op.f("ck_item_unit_cost")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_item_category_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("sku", name=op.f("uq_item_sku")),
        sqlite_strict=True,
    )
    op.create_index("ix_item_category", "item", ["category_id"], unique=False)
    op.create_index("ix_item_name", "item", ["name"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reverses_id", Id, nullable=True),
        sa.Column("stocktake_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", BigInt, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("entries_hash", sa.LargeBinary(), nullable=True),
        sa.Column("chain_number", BigInt, nullable=True),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('opening', 'receipt', 'issue', 'sale', 'move', 'scrap', 'supplier_return', "
            "'adjustment', 'correction', 'reversal')",
            name=op.f("ck_journal_kind"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_journal_person_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["journal.id"], name=op.f("fk_journal_reverses_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_journal_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("site_id", "chain_number", name=op.f("uq_journal_site_id_chain_number")),
        sa.UniqueConstraint("site_id", "source_key", name=op.f("uq_journal_site_id_source_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_journal_reverses", "journal", ["reverses_id"], unique=True)
    op.create_index("ix_journal_site_recorded", "journal", ["site_id", "recorded_at"], unique=False)
    op.create_index(
        "ix_journal_unsealed",
        "journal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("chain_number IS NULL"),
        postgresql_where=sa.text("chain_number IS NULL"),
    )
    op.create_table(
        "location",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("stock_location_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("walk_order", BigInt, nullable=False),
        sa.Column("active", Flag, nullable=False),
        sa.CheckConstraint(
            "kind IN ('site', 'zone', 'bin', 'supplier', 'customer', 'scrap', 'variance', 'opening')",
            name=op.f("ck_location_kind"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["location.id"], name=op.f("fk_location_parent_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_location_site_id")),
        sa.ForeignKeyConstraint(["stock_location_id"], ["location.id"], name=op.f("fk_location_stock_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("site_id", "barcode", name=op.f("uq_location_site_id_barcode")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_location_site_id_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_location_stock_location", "location", ["stock_location_id"], unique=False)
    op.create_table(
        "site_grant",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('counter', 'supervisor', 'manager', 'administrator')", name=op.f("ck_site_grant_role")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_site_grant_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_grant_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_grant")),
        sqlite_strict=True,
    )
    op.create_index("ix_site_grant_person", "site_grant", ["person_id"], unique=False)
    op.create_table(
        "stocktake",
        sa.Column("id", Id, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("blind", Flag, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tolerance_quantity", BigInt, nullable=True),
        sa.Column("tolerance_percent_bp", BigInt, nullable=True),
        sa.Column("tolerance_value", BigInt, nullable=True),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.Column("started_at", BigInt, nullable=True),
        sa.Column("closed_at", BigInt, nullable=True),
        sa.Column("closed_by", Id, nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("posted_at", BigInt, nullable=True),
        sa.Column("reversed_at", BigInt, nullable=True),
        sa.Column("parts_posted", BigInt, nullable=False),
        sa.CheckConstraint("kind IN ('full', 'zone')", name=op.f("ck_stocktake_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'counting', 'closed', 'posted', 'reversed', 'cancelled')",
            name=op.f("ck_stocktake_state"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_stocktake_created_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_stocktake_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_stocktake_site_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "balance",
        sa.Column("location_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_balance_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_balance_location_id")),
        sa.PrimaryKeyConstraint("location_id", "item_id", "lot", name=op.f("pk_balance")),
        sqlite_strict=True,
    )
    op.create_index("ix_balance_item", "balance", ["item_id"], unique=False)
    op.create_table(
        "barcode",
        sa.Column("normal_form", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("pack_factor", BigInt, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.CheckConstraint("pack_factor BETWEEN 1 AND 1000000", name=op.f("ck_barcode_pack_factor")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_barcode_item_id")),
        sa.PrimaryKeyConstraint("normal_form", name=op.f("pk_barcode")),
        sqlite_strict=True,
    )
    op.create_index("ix_barcode_item", "barcode", ["item_id"], unique=False)
    op.create_table(
        "count_line",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("stocktake_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.Column("zone_id", Id, nullable=True),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.Column("round", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("flags", BigInt, nullable=False),
        sa.Column("quantity_counted", BigInt, nullable=True),
        sa.Column("first_look_at", BigInt, nullable=True),
        sa.Column("counted_at", BigInt, nullable=True),
        sa.Column("look_from", BigInt, nullable=True),
        sa.Column("look_to", BigInt, nullable=True),
        sa.Column("quantity_book", BigInt, nullable=True),
        sa.Column("quantity_book_first", BigInt, nullable=True),
        sa.Column("evaluated_at", BigInt, nullable=True),
        sa.Column("variance", BigInt, nullable=True),
        sa.Column("value", BigInt, nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", BigInt, nullable=True),
        sa.Column("posted_part", BigInt, nullable=True),
        sa.Column("anchored", Flag, nullable=False),
        sa.Column("explained_after_posting", BigInt, nullable=False),
        sa.CheckConstraint(
            "state IN ('uncounted', 'agreed', "
            ""
            "'within_tolerance', 'needs_decision', 'accepted', 'kept_book', 'recount')",
            name=op.f("ck_count_line_state"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_count_line_decided_by")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_count_line_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_line")),
        sa.UniqueConstraint(
            "stocktake_id",
            "location_id",
            "item_id",
            "lot",
            name=op.f("uq_count_line_stocktake_id_location_id_item_id_lot"),
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_count_line_anchor",
        "count_line",
        ["location_id", "item_id", "lot"],
        unique=False,
        sqlite_where=sa.text("anchored = 1"),
        postgresql_where=sa.text("anchored"),
    )
    op.create_table(
        "device_contact",
        sa.Column("device_id", Id, nullable=False),
        sa.Column("boot", Id, nullable=False),
        sa.Column("received_at", BigInt, nullable=False),
        sa.Column("sent_ms", BigInt, nullable=False),
        sa.Column("mono_ms", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_contact_device_id")),
        sa.PrimaryKeyConstraint("device_id", "boot", name=op.f("pk_device_contact")),
        sqlite_strict=True,
    )
    op.create_table(
        "device_record",
        sa.Column("server_seq", BigInt, autoincrement=True, nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("device_seq", BigInt, nullable=True),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("schema_version", BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("sheet_id", Id, nullable=True),
        sa.Column("location_id", Id, nullable=True),
        sa.Column("item_id", Id, nullable=True),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_normal", sa.Text(), nullable=True),
        sa.Column("symbology", sa.Text(), nullable=True),
        sa.Column("pack_factor", BigInt, nullable=True),
        sa.Column("quantity", BigInt, nullable=True),
        sa.Column("reference_id", Id, nullable=True),
        sa.Column("device_ms", BigInt, nullable=False),
        sa.Column("occurred_at", BigInt, nullable=False),
        sa.Column("occurred_from", BigInt, nullable=False),
        sa.Column("occurred_to", BigInt, nullable=False),
        sa.Column("received_at", BigInt, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN -1000000000 AND 1000000000", name=op.f("ck_device_record_quantity")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_record_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_record_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_device_record_site_id")),
        sa.PrimaryKeyConstraint("server_seq", name=op.f("pk_device_record")),
        sa.UniqueConstraint("device_id", "device_seq", name=op.f("uq_device_record_device_id_device_seq")),
        sa.UniqueConstraint("record_id", name=op.f("uq_device_record_record_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_device_record_document_code",
        "device_record",
        ["document_id", "code_normal"],
        unique=False,
        sqlite_where=sa.text("item_id IS NULL"),
        postgresql_where=sa.text("item_id IS NULL"),
    )
    op.create_index(
        "ix_device_record_reference",
        "device_record",
        ["reference_id"],
        unique=False,
        sqlite_where=sa.text("reference_id IS NOT NULL"),
        postgresql_where=sa.text("reference_id IS NOT NULL"),
    )
    op.create_index("ix_device_record_sheet_item", "device_record", ["sheet_id", "item_id", "lot"], unique=False)
    op.create_table(
        "device_state",
        sa.Column("device_id", Id, nullable=False),
        sa.Column("hwm", BigInt, nullable=False),
        sa.Column("max_seq", BigInt, nullable=False),
        sa.Column("next_seq", BigInt, nullable=False),
        sa.Column("pending", BigInt, nullable=False),
        sa.Column("last_contact_at", BigInt, nullable=True),
        sa.Column("clock_offset_ms", BigInt, nullable=True),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_device_state_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_state")),
        sqlite_strict=True,
    )
    op.create_table(
        "enrolment",
        sa.Column("id", Id, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.Column("expires_at", BigInt, nullable=False),
        sa.Column("used_at", BigInt, nullable=True),
        sa.Column("device_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_enrolment_created_by")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_enrolment_device_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_enrolment_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolment_code_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "entry",
        sa.Column("journal_id", Id, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("from_location_id", Id, nullable=False),
        sa.Column("to_location_id", Id, nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("occurred_at", BigInt, nullable=False),
        sa.Column("date_only", Flag, nullable=False),
        sa.Column("unit_cost", BigInt, nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("count_line_id", BigInt, nullable=True),
        sa.CheckConstraint("from_location_id <> to_location_id", name=op.f("ck_entry_two_sided")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000000", name=op.f("ck_entry_quantity")),
        sa.ForeignKeyConstraint(["from_location_id"], ["location.id"], name=op.f("fk_entry_from_location_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_entry_item_id")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_entry_journal_id")),
        sa.ForeignKeyConstraint(["to_location_id"], ["location.id"], name=op.f("fk_entry_to_location_id")),
        sa.PrimaryKeyConstraint("journal_id", "number", name=op.f("pk_entry")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_entry_from", "entry", ["from_location_id", "item_id", "lot", "occurred_at", "quantity"], unique=False
    )
    op.create_index(
        "ix_entry_to", "entry", ["to_location_id", "item_id", "lot", "occurred_at", "quantity"], unique=False
    )
    op.create_table(
        "held_record",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("device_seq", BigInt, nullable=False),
        sa.Column("site_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("device_ms", BigInt, nullable=False),
        sa.Column("occurred_at", BigInt, nullable=False),
        sa.Column("occurred_from", BigInt, nullable=False),
        sa.Column("occurred_to", BigInt, nullable=False),
        sa.Column("received_at", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", BigInt, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'released', 'dismissed')", name=op.f("ck_held_record_state")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_held_record_device_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_held_record_site_id")),
        sa.PrimaryKeyConstraint("record_id", "body_hash", name=op.f("pk_held_record")),
        sqlite_strict=True,
    )
    op.create_index("ix_held_record_device_seq", "held_record", ["device_id", "device_seq"], unique=False)
    op.create_index("ix_held_record_document", "held_record", ["document_id"], unique=False)
    op.create_index("ix_held_record_site_state", "held_record", ["site_id", "state"], unique=False)
    op.create_table(
        "person_session",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", BigInt, nullable=False),
        sa.Column("last_used_at", BigInt, nullable=False),
        sa.Column("expires_at", BigInt, nullable=False),
        sa.Column("ended_at", BigInt, nullable=True),
        sa.CheckConstraint("method IN ('pin', 'password')", name=op.f("ck_person_session_method")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_person_session_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_session_token_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_person_session_device", "person_session", ["device_id"], unique=False)
    op.create_index("ix_person_session_person", "person_session", ["person_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("stocktake_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.Column("stock_location_id", Id, nullable=False),
        sa.Column("zone_id", Id, nullable=True),
        sa.Column("round", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("other_counter", Flag, nullable=False),
        sa.CheckConstraint("state IN ('open', 'counting', 'closed')", name=op.f("ck_place_state")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_place_location_id")),
        sa.ForeignKeyConstraint(["stock_location_id"], ["location.id"], name=op.f("fk_place_stock_location_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_place_stocktake_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["location.id"], name=op.f("fk_place_zone_id")),
        sa.PrimaryKeyConstraint("stocktake_id", "location_id", name=op.f("pk_place")),
        sqlite_strict=True,
    )
    op.create_index("ix_place_stock_location", "place", ["stocktake_id", "stock_location_id"], unique=False)
    op.create_table(
        "recount_item",
        sa.Column("stocktake_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.Column("round", BigInt, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_recount_item_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_recount_item_location_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_recount_item_stocktake_id")),
        sa.PrimaryKeyConstraint("stocktake_id", "location_id", "round", "item_id", "lot", name=op.f("pk_recount_item")),
        sqlite_strict=True,
    )
    op.create_table(
        "sheet",
        sa.Column("id", Id, nullable=False),
        sa.Column("stocktake_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.Column("round", BigInt, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("continues_id", Id, nullable=True),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("opened_at", BigInt, nullable=False),
        sa.Column("closed_at", BigInt, nullable=True),
        sa.Column("empty", Flag, nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", BigInt, nullable=True),
        sa.CheckConstraint("disposition IN ('counts', 'set_aside', 'undecided')", name=op.f("ck_sheet_disposition")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_sheet_decided_by")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_sheet_device_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_sheet_location_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sheet_person_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_sheet_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sqlite_strict=True,
    )
    op.create_index("ix_sheet_place", "sheet", ["stocktake_id", "location_id", "round"], unique=False)
    op.create_table(
        "stocktake_zone",
        sa.Column("stocktake_id", Id, nullable=False),
        sa.Column("location_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stocktake_zone_location_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_zone_stocktake_id")),
        sa.PrimaryKeyConstraint("stocktake_id", "location_id", name=op.f("pk_stocktake_zone")),
        sqlite_strict=True,
    )
    op.create_table(
        "tally",
        sa.Column("sheet_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("records", BigInt, nullable=False),
        sa.Column("confirmed_zero", Flag, nullable=False),
        sa.Column("catalogue_changed", Flag, nullable=False),
        sa.Column("first_look_at", BigInt, nullable=False),
        sa.Column("last_look_at", BigInt, nullable=False),
        sa.Column("look_from", BigInt, nullable=False),
        sa.Column("look_to", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_tally_item_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_tally_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "item_id", "lot", name=op.f("pk_tally")),
        sqlite_strict=True,
    )
    op.create_index("ix_tally_item", "tally", ["item_id", "lot"], unique=False)


def downgrade() -> None:
    for table in (
        "tally",
        "stocktake_zone",
        "sheet",
        "recount_item",
        "place",
        "person_session",
        "held_record",
        "entry",
        "enrolment",
        "device_state",
        "device_record",
        "device_contact",
        "count_line",
        "barcode",
        "balance",
        "stocktake",
        "site_grant",
        "location",
        "journal",
        "item",
        "device",
        "unit",
        "sync_meta",
        "site",
        "record_supersedes",
        "reason_code",
        "person",
        "job_run",
        "change",
        "category",
        "attempt",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        op.execute("DROP FUNCTION line_value(bigint, bigint, bigint)")
