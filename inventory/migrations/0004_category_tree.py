"""The tree of categories has no cycles and at most six levels, whoever writes it."""

from django.db import migrations

CHECK_TREE = """
CREATE FUNCTION inventory_category_check_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    deepest CONSTANT integer := 6;
    levels integer;
    ancestor bigint := NEW.parent_id;
BEGIN
    -- One change of the tree at a time: two moves that are harmless alone may close a circle.
    PERFORM pg_advisory_xact_lock(hashtext('inventory_category_tree'));
    -- Levels from this category down, itself included.
    WITH RECURSIVE below(id, level) AS (
        SELECT NEW.id, 1
        UNION ALL
        SELECT child.id, below.level + 1
        FROM inventory_category child JOIN below ON child.parent_id = below.id
        WHERE below.level <= deepest
    )
    SELECT max(level) INTO levels FROM below;
    WHILE ancestor IS NOT NULL LOOP
        IF ancestor = NEW.id THEN
            RAISE EXCEPTION 'category % would be within itself', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_category_no_cycle',
                      TABLE = 'inventory_category';
        END IF;
        levels := levels + 1;
        IF levels > deepest THEN
            RAISE EXCEPTION 'categories would be more than % levels deep', deepest
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_category_depth',
                      TABLE = 'inventory_category';
        END IF;
        SELECT parent_id INTO ancestor FROM inventory_category WHERE id = ancestor;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER inventory_category_tree BEFORE INSERT OR UPDATE OF parent_id ON inventory_category
    FOR EACH ROW EXECUTE FUNCTION inventory_category_check_tree();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_product_details")]

    operations = [
        migrations.RunSQL(
            sql=CHECK_TREE,
            reverse_sql="""
            DROP TRIGGER inventory_category_tree ON inventory_category;
            DROP FUNCTION inventory_category_check_tree();
            """,
        ),
    ]
