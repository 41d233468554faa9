"""A period made and removed in one transaction leaves nothing that could lack a trace."""

from django.db import migrations

_CHECK = """
CREATE OR REPLACE FUNCTION capital_check_period_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text;
    state text;
BEGIN
    SELECT kind INTO newest FROM capital_periodchange
     WHERE period_id = NEW.id ORDER BY id DESC LIMIT 1;
    SELECT status INTO state FROM capital_accountingperiod WHERE id = NEW.id;
    IF %s(state = 'closed') IS DISTINCT FROM (coalesce(newest, 'reopened') = 'closed') THEN
        RAISE EXCEPTION 'the period %% to %% became %% without a trace',
            NEW.starts_on, NEW.ends_on, state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_period_traced';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("capital", "0007_guards_of_bank_statements")]

    operations = [
        migrations.RunSQL(_CHECK % "state IS NOT NULL AND ", _CHECK % ""),
    ]
