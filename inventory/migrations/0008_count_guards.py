"""Tallies are append-only, an ended count stays as it is, and nobody approves what he counted."""

from django.db import migrations

from core.db import AppendOnly

SQL = """
CREATE FUNCTION inventory_guard_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('posted', 'cancelled') OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'stock count %: % refused', OLD.number, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'posted' AND EXISTS (
        SELECT 1 FROM inventory_stockcountentry e
          JOIN inventory_stockcountline l ON l.id = e.line_id
         WHERE l.count_id = NEW.id AND e.counted_by_id = NEW.approved_by_id
    ) THEN
        RAISE EXCEPTION 'stock count %: approved by somebody who counted in it', NEW.number
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'inventory_count_approver_did_not_count';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_count_guarded BEFORE UPDATE OR DELETE ON inventory_stockcount
    FOR EACH ROW EXECUTE FUNCTION inventory_guard_count();

CREATE FUNCTION inventory_guard_count_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
BEGIN
    SELECT state INTO present FROM inventory_stockcount WHERE id = NEW.count_id;
    IF present IN ('posted', 'cancelled') THEN
        RAISE EXCEPTION 'stock count % has ended: % of a line refused', NEW.count_id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_countline_guarded BEFORE INSERT OR UPDATE ON inventory_stockcountline
    FOR EACH ROW EXECUTE FUNCTION inventory_guard_count_line();
CREATE TRIGGER inventory_countline_kept BEFORE DELETE ON inventory_stockcountline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

CREATE FUNCTION inventory_guard_count_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
BEGIN
    -- Waits for an approval that is under way, so that no tally slips in beside it.
    SELECT c.state INTO present
      FROM inventory_stockcount c JOIN inventory_stockcountline l ON l.count_id = c.id
     WHERE l.id = NEW.line_id FOR SHARE OF c;
    IF present NOT IN ('counting', 'review') THEN
        RAISE EXCEPTION 'a tally is entered while its count is open, not %', present
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_countentry_of_open_count';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_countentry_guarded BEFORE INSERT ON inventory_stockcountentry
    FOR EACH ROW EXECUTE FUNCTION inventory_guard_count_entry();
"""
REVERSE = """
DROP TRIGGER inventory_countentry_guarded ON inventory_stockcountentry;
DROP FUNCTION inventory_guard_count_entry();
DROP TRIGGER inventory_countline_kept ON inventory_stockcountline;
DROP TRIGGER inventory_countline_guarded ON inventory_stockcountline;
DROP FUNCTION inventory_guard_count_line();
DROP TRIGGER inventory_count_guarded ON inventory_stockcount;
DROP FUNCTION inventory_guard_count();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_stock_counts"), ("core", "0001_kernel_tables")]

    operations = [
        AppendOnly("inventory_stockcountentry"),
        migrations.RunSQL(SQL, REVERSE),
    ]
