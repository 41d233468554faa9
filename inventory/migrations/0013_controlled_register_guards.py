"""A gap in the controlled-drug register is impossible: the database opens and checks it itself."""

from django.db import migrations

from core.db import AppendOnly

SQL = """
-- A product that becomes controlled gets its register at once, with what is on hand. The lock of
-- the product's stock keeps movements out until it is there.
CREATE FUNCTION inventory_open_register() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    mark bigint;
BEGIN
    PERFORM 1 FROM inventory_productstock WHERE product_id = NEW.id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM inventory_registerentry WHERE product_id = NEW.id) THEN
        RETURN NULL;
    END IF;
    SELECT on_hand INTO held FROM inventory_productstock WHERE product_id = NEW.id;
    SELECT max(m.id) INTO mark
      FROM inventory_stockmovement m JOIN inventory_batch b ON b.id = m.batch_id
     WHERE b.product_id = NEW.id;
    INSERT INTO inventory_registerentry
           (product_id, sequence, kind, quantity, balance, ledger_mark, occurred_at)
    VALUES (NEW.id, 1, 'opening', coalesce(held, 0), coalesce(held, 0), coalesce(mark, 0),
            clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_product_register_opened
    AFTER INSERT OR UPDATE OF controlled_class ON inventory_product
    FOR EACH ROW WHEN (NEW.controlled_class <> 'none')
    EXECUTE FUNCTION inventory_open_register();

CREATE FUNCTION inventory_check_register_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before inventory_registerentry;
    moved record;
BEGIN
    SELECT * INTO before FROM inventory_registerentry
     WHERE product_id = NEW.product_id ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> coalesce(before.sequence, 0) + 1
       OR NEW.balance <> coalesce(before.balance, 0) + NEW.quantity THEN
        RAISE EXCEPTION 'register of product %: row % with balance % does not follow row % with %',
            NEW.product_id, NEW.sequence, NEW.balance, coalesce(before.sequence, 0),
            coalesce(before.balance, 0)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_register_follows';
    END IF;
    -- In the order of the numbers, so that the rows of a period are an unbroken piece.
    NEW.recorded_at := greatest(clock_timestamp(), before.recorded_at);
    IF NEW.movement_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT m.quantity, m.kind, m.actor_id, m.occurred_at, b.product_id INTO moved
      FROM inventory_stockmovement m JOIN inventory_batch b ON b.id = m.batch_id
     WHERE m.id = NEW.movement_id;
    IF (moved.quantity, moved.product_id, moved.occurred_at)
           IS DISTINCT FROM (NEW.quantity, NEW.product_id, NEW.occurred_at)
       OR moved.actor_id IS DISTINCT FROM NEW.actor_id THEN
        RAISE EXCEPTION 'register of product %: row % is not what movement % says',
            NEW.product_id, NEW.sequence, NEW.movement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_register_tells_movement';
    END IF;
    IF moved.kind IN ('adjustment', 'write_off', 'repack') AND NEW.cosigner_id IS NULL
       AND EXISTS (SELECT 1 FROM inventory_product
                    WHERE id = NEW.product_id AND controlled_class <> 'none') THEN
        RAISE EXCEPTION 'register of product %: % needs a second signature',
            NEW.product_id, moved.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_register_cosigned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_register_checked BEFORE INSERT ON inventory_registerentry
    FOR EACH ROW EXECUTE FUNCTION inventory_check_register_entry();

CREATE FUNCTION inventory_check_movement_registered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_product bigint;
BEGIN
    SELECT product_id INTO of_product FROM inventory_batch WHERE id = NEW.batch_id;
    IF EXISTS (SELECT 1 FROM inventory_registerentry
                WHERE product_id = of_product AND sequence = 1 AND ledger_mark < NEW.id)
       AND NOT EXISTS (SELECT 1 FROM inventory_registerentry WHERE movement_id = NEW.id) THEN
        RAISE EXCEPTION 'movement % of controlled product % is not in the register',
            NEW.id, of_product
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_movement_registered';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inventory_movement_registered AFTER INSERT ON inventory_stockmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION inventory_check_movement_registered();

CREATE FUNCTION inventory_check_register_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
    held bigint;
BEGIN
    SELECT balance INTO written FROM inventory_registerentry
     WHERE product_id = NEW.product_id ORDER BY sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT on_hand INTO held FROM inventory_productstock WHERE product_id = NEW.product_id;
    IF written <> coalesce(held, 0) THEN
        RAISE EXCEPTION 'register of product %: balance %, on hand %',
            NEW.product_id, written, coalesce(held, 0)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_register_is_on_hand';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER inventory_register_is_on_hand AFTER INSERT ON inventory_registerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION inventory_check_register_balance();
CREATE CONSTRAINT TRIGGER inventory_productstock_registered
    AFTER INSERT OR UPDATE OF on_hand ON inventory_productstock
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION inventory_check_register_balance();
"""
# Products that were controlled before there was a register.
OPEN_EXISTING = """
INSERT INTO inventory_registerentry
       (product_id, sequence, kind, quantity, balance, ledger_mark, occurred_at)
SELECT p.id, 1, 'opening', coalesce(s.on_hand, 0), coalesce(s.on_hand, 0),
       coalesce((SELECT max(m.id) FROM inventory_stockmovement m
                   JOIN inventory_batch b ON b.id = m.batch_id WHERE b.product_id = p.id), 0),
       clock_timestamp()
  FROM inventory_product p LEFT JOIN inventory_productstock s ON s.product_id = p.id
 WHERE p.controlled_class <> 'none'
 ORDER BY p.id
"""
REVERSE = """
DROP TRIGGER inventory_productstock_registered ON inventory_productstock;
DROP TRIGGER inventory_register_is_on_hand ON inventory_registerentry;
DROP FUNCTION inventory_check_register_balance();
DROP TRIGGER inventory_movement_registered ON inventory_stockmovement;
DROP FUNCTION inventory_check_movement_registered();
DROP TRIGGER inventory_register_checked ON inventory_registerentry;
DROP FUNCTION inventory_check_register_entry();
DROP TRIGGER inventory_product_register_opened ON inventory_product;
DROP FUNCTION inventory_open_register();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_controlled_register"),
        ("core", "0001_kernel_tables"),
    ]

    operations = [
        migrations.RunSQL(OPEN_EXISTING, migrations.RunSQL.noop),
        migrations.RunSQL(SQL, REVERSE),
        AppendOnly("inventory_registerentry"),
    ]
