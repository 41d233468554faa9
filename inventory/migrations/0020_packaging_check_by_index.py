"""The check of packs made of packs looks its neighbours up one by one.

One condition over both ends of the join had it read every packaging for every packaging: an opening
balance of 30,000 rows spent two minutes of its commit there.
"""

from importlib import import_module

from django.db import migrations

_FIRST = import_module("inventory.migrations.0018_packs_of_packs")

CHECK_SQL = """
CREATE OR REPLACE FUNCTION inventory_check_packaging() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    IF NEW.inner_id IS NOT NULL THEN
        SELECT NEW.id INTO wrong
          FROM inventory_packaging me JOIN inventory_packaging inner_pack
            ON inner_pack.id = me.inner_id
         WHERE me.id = NEW.id
           AND (me.units <> inner_pack.units * me.inner_count::bigint
                OR me.product_id <> inner_pack.product_id);
    END IF;
    -- A pack made of a new one is new as well, and looks at it itself.
    IF wrong IS NULL AND TG_OP = 'UPDATE' THEN
        SELECT outer_pack.id INTO wrong
          FROM inventory_packaging outer_pack JOIN inventory_packaging me
            ON me.id = outer_pack.inner_id
         WHERE outer_pack.inner_id = NEW.id
           AND (outer_pack.units <> me.units * outer_pack.inner_count::bigint
                OR outer_pack.product_id <> me.product_id)
         LIMIT 1;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'packaging % does not hold what it is made of', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_packaging_holds_inner';
    END IF;
    IF NEW.inner_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE inside(id) AS (
            SELECT inner_id FROM inventory_packaging WHERE id = NEW.id AND inner_id IS NOT NULL
            UNION
            SELECT p.inner_id FROM inventory_packaging p JOIN inside ON p.id = inside.id
             WHERE p.inner_id IS NOT NULL
        )
        SELECT 1 FROM inside WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'packaging % is made of itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inventory_packaging_no_ring';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0019_products_by_name")]

    operations = [
        migrations.RunSQL(
            CHECK_SQL,
            _FIRST.CHECK_SQL[: _FIRST.CHECK_SQL.index("CREATE CONSTRAINT")].replace(
                "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
            ),
        )
    ]
