"""What the database refuses of transfers, returns, reservations and batch events."""

from django.db import migrations

from core.db import AppendOnly

# Goods that leave one place and arrive at another: checked per line of the source at commit.
PAIRS_SQL = """
CREATE FUNCTION inventory_check_pair() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    worth numeric;
    went bigint;
    came bigint;
BEGIN
    SELECT coalesce(sum(value), 0), count(*) FILTER (WHERE quantity < 0),
           count(*) FILTER (WHERE quantity > 0)
      INTO worth, went, came
      FROM inventory_stockmovement
     WHERE source_type = NEW.source_type AND source_id = NEW.source_id
       AND line = NEW.line AND kind = NEW.kind;
    IF worth <> 0 OR went = 0 OR came = 0 THEN
        RAISE EXCEPTION '% %/% line %: % out, % in, value %: a % leaves and arrives worth the same',
            NEW.source_type, NEW.source_id, NEW.kind, NEW.line, went, came, worth, NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_movement_paired';
    END IF;
    IF NEW.kind = 'transfer' AND EXISTS (
        SELECT 1 FROM inventory_stockmovement
         WHERE source_type = NEW.source_type AND source_id = NEW.source_id
           AND line = NEW.line AND kind = NEW.kind
         GROUP BY batch_id HAVING sum(quantity) <> 0 OR sum(value) <> 0
    ) THEN
        RAISE EXCEPTION '% % line %: a transfer keeps the quantity and value of every batch',
            NEW.source_type, NEW.source_id, NEW.line
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_movement_paired';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inventory_movement_paired AFTER INSERT ON inventory_stockmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.kind IN ('transfer', 'repack')) EXECUTE FUNCTION inventory_check_pair();
"""
PAIRS_REVERSE = """
DROP TRIGGER inventory_movement_paired ON inventory_stockmovement;
DROP FUNCTION inventory_check_pair();
"""

# A movement brings back no more than went, and a reversal is the exact mirror of what it names.
# The product's stock is locked first, so that two returns cannot both count the same goods.
ORIGINS_SQL = """
CREATE FUNCTION inventory_check_origin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin inventory_stockmovement;
    back_quantity bigint;
    back_value numeric;
BEGIN
    PERFORM 1 FROM inventory_productstock p JOIN inventory_batch b ON b.product_id = p.product_id
      WHERE b.id = NEW.batch_id FOR UPDATE OF p;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO origin FROM inventory_stockmovement WHERE id = NEW.reverses_id;
        IF origin.reverses_id IS NOT NULL
           OR (NEW.kind, NEW.reason, NEW.batch_id, NEW.location_id, NEW.quantity, NEW.value)
              IS DISTINCT FROM (origin.kind, origin.reason, origin.batch_id, origin.location_id,
                                -origin.quantity, -origin.value) THEN
            RAISE EXCEPTION 'movement % does not mirror movement %', NEW.id, NEW.reverses_id
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'inventory_movement_reversal_mirrors';
        END IF;
        RETURN NULL;
    END IF;
    SELECT * INTO origin FROM inventory_stockmovement WHERE id = NEW.returns_id;
    SELECT coalesce(sum(quantity), 0), coalesce(sum(value), 0) INTO back_quantity, back_value
      FROM inventory_stockmovement m
     WHERE returns_id = NEW.returns_id AND reverses_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement r WHERE r.reverses_id = m.id);
    IF origin.batch_id <> NEW.batch_id OR sign(origin.quantity) = sign(NEW.quantity)
       OR origin.reverses_id IS NOT NULL
       OR abs(back_quantity) > abs(origin.quantity)
       OR NEW.kind = 'return_in' AND abs(back_value) > abs(origin.value) THEN
        RAISE EXCEPTION 'movement % brings back % of the % of movement %',
            NEW.id, back_quantity, origin.quantity, NEW.returns_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_movement_return_within';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_movement_origin AFTER INSERT ON inventory_stockmovement
    FOR EACH ROW WHEN (NEW.returns_id IS NOT NULL OR NEW.reverses_id IS NOT NULL)
    EXECUTE FUNCTION inventory_check_origin();
"""
ORIGINS_REVERSE = """
DROP TRIGGER inventory_movement_origin ON inventory_stockmovement;
DROP FUNCTION inventory_check_origin();
"""

# Whoever comes second waits for the product's stock and then sees what the first has reserved.
RESERVED_SQL = """
CREATE FUNCTION inventory_check_reserved(checked_product bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    reserved bigint;
BEGIN
    SELECT on_hand INTO held FROM inventory_productstock
     WHERE product_id = checked_product FOR UPDATE;
    SELECT coalesce(sum(quantity - consumed), 0) INTO reserved FROM inventory_reservation
     WHERE product_id = checked_product AND status = 'open';
    IF reserved > coalesce(held, 0) THEN
        RAISE EXCEPTION 'product %: % reserved, % on hand', checked_product, reserved, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_reserved_within_on_hand';
    END IF;
END $$;
CREATE FUNCTION inventory_check_reserved_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inventory_check_reserved(NEW.product_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inventory_reservation_within
    AFTER INSERT OR UPDATE ON inventory_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION inventory_check_reserved_row();
CREATE CONSTRAINT TRIGGER inventory_productstock_covers_reserved
    AFTER UPDATE ON inventory_productstock
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.on_hand < OLD.on_hand) EXECUTE FUNCTION inventory_check_reserved_row();
"""
RESERVED_REVERSE = """
DROP TRIGGER inventory_productstock_covers_reserved ON inventory_productstock;
DROP TRIGGER inventory_reservation_within ON inventory_reservation;
DROP FUNCTION inventory_check_reserved_row();
DROP FUNCTION inventory_check_reserved(bigint);
"""

# Of receipts already in the ledger the supplier is known from their journal entry.
PARTIES_SQL = """
ALTER TABLE inventory_stockmovement DISABLE TRIGGER inventory_stockmovement_append_only;
UPDATE inventory_stockmovement m
   SET party_type = l.party_type, party_id = l.party_id
  FROM capital_journalentry e JOIN capital_journalline l ON l.entry_id = e.id
 WHERE m.kind = 'receipt' AND m.reverses_id IS NULL AND l.party_id <> ''
   AND e.kind = 'stock_receipt' AND e.source_type = m.source_type AND e.source_id = m.source_id;
ALTER TABLE inventory_stockmovement ENABLE TRIGGER inventory_stockmovement_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0005_stock_operations"),
        ("capital", "0002_chart_and_guards"),
    ]

    operations = [
        migrations.RunSQL(PAIRS_SQL, PAIRS_REVERSE),
        migrations.RunSQL(ORIGINS_SQL, ORIGINS_REVERSE),
        migrations.RunSQL(RESERVED_SQL, RESERVED_REVERSE),
        migrations.RunSQL(PARTIES_SQL, migrations.RunSQL.noop),
        AppendOnly("inventory_batchevent"),
    ]
