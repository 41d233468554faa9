"""More may be promised to a document that has a promise already."""

from django.db import migrations, models

_KINDS = [
    ("created", "Created"),
    ("consumed", "Consumed"),
    ("released", "Released"),
    ("restored", "Consumption taken back"),
    ("reclaimed", "Release taken back"),
    ("raised", "Raised"),
]


# A promise names what it was made for and when, for ever, and never shrinks. Its sums follow the
# ledger of its changes: they may go either way, but never without one.
_GUARD = """
CREATE OR REPLACE FUNCTION capital_protect_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.source_type, NEW.source_id, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.source_type, OLD.source_id, OLD.created_at)
        AND NEW.amount >= OLD.amount
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'commitment %: what was promised or used stays: % refused', OLD.id, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION capital_check_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1
       FROM capital_commitment c
       LEFT JOIN capital_commitmentchange change ON change.commitment_id = c.id
      WHERE c.id = NEW.id
      GROUP BY c.id
     HAVING (c.amount, c.consumed, c.released) IS DISTINCT FROM (
            coalesce(sum(change.amount) FILTER (WHERE change.kind IN ('created', 'raised')), 0),
            coalesce(sum(change.amount) FILTER (WHERE change.kind = 'consumed'), 0)
                - coalesce(sum(change.amount) FILTER (WHERE change.kind = 'restored'), 0),
            coalesce(sum(change.amount) FILTER (WHERE change.kind = 'released'), 0)
                - coalesce(sum(change.amount) FILTER (WHERE change.kind = 'reclaimed'), 0));
    IF FOUND THEN
        RAISE EXCEPTION 'commitment %: its changes do not add up to it', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER capital_commitment_adds_up AFTER INSERT OR UPDATE ON capital_commitment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_commitment();
"""
_UNGUARD = """
DROP TRIGGER capital_commitment_adds_up ON capital_commitment;
DROP FUNCTION capital_check_commitment();

CREATE OR REPLACE FUNCTION capital_protect_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.source_type, NEW.source_id, NEW.amount, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.source_type, OLD.source_id, OLD.amount,
                                  OLD.created_at)
        AND NEW.consumed >= OLD.consumed AND NEW.released >= OLD.released
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'commitment %: what was promised or used stays: % refused', OLD.id, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("capital", "0011_commitments_taken_back")]

    operations = [
        migrations.RemoveConstraint(
            model_name="commitmentchange", name="capital_commitmentchange_kind_known"
        ),
        migrations.AlterField(
            model_name="commitmentchange",
            name="kind",
            field=models.CharField(choices=_KINDS, max_length=10, verbose_name="kind"),
        ),
        migrations.AddConstraint(
            model_name="commitmentchange",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in _KINDS]),
                name="capital_commitmentchange_kind_known",
            ),
        ),
        migrations.RunSQL(sql=_GUARD, reverse_sql=_UNGUARD),
    ]
