"""What the database refuses of bank statements and reconciliations; where interest goes."""

from django.db import migrations

from core.db import AppendOnly

RECONCILIATION_SQL = """
-- Both sides of a standing reconciliation are the same money, on one account; an undone one has
-- no standing line.
CREATE FUNCTION capital_check_reconciliation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    found capital_bankreconciliation;
    of_bank numeric;
    of_books numeric;
    members integer;
    foreigners integer;
BEGIN
    IF TG_TABLE_NAME = 'capital_bankreconciliation' THEN
        checked := NEW.id;
    ELSE
        checked := NEW.reconciliation_id;
    END IF;
    SELECT * INTO found FROM capital_bankreconciliation WHERE id = checked;
    SELECT coalesce(sum(l.amount), 0), count(*),
           count(*) FILTER (WHERE l.account_id <> found.account_id)
      INTO of_bank, members, foreigners
      FROM capital_reconciledbankline r JOIN capital_bankstatementline l ON l.id = r.line_id
     WHERE r.reconciliation_id = checked AND r.standing;
    SELECT coalesce(sum(l.debit - l.credit), 0), members + count(*),
           foreigners + count(*) FILTER (WHERE l.account_id <> found.account_id)
      INTO of_books, members, foreigners
      FROM capital_reconciledjournalline r JOIN capital_journalline l ON l.id = r.line_id
     WHERE r.reconciliation_id = checked AND r.standing;
    IF (found.undone_at IS NULL) <> (members >= 2) OR (found.undone_at IS NOT NULL AND members > 0)
    THEN
        RAISE EXCEPTION 'reconciliation %: % standing lines', checked, members
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_reconciliation_members';
    END IF;
    IF of_bank <> of_books OR foreigners > 0 THEN
        RAISE EXCEPTION 'reconciliation %: bank %, books %', checked, of_bank, of_books
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_reconciliation_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER capital_reconciliation_balanced
    AFTER INSERT OR UPDATE ON capital_bankreconciliation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_reconciliation();
CREATE CONSTRAINT TRIGGER capital_reconciledbankline_balanced
    AFTER INSERT OR UPDATE ON capital_reconciledbankline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_reconciliation();
CREATE CONSTRAINT TRIGGER capital_reconciledjournalline_balanced
    AFTER INSERT OR UPDATE ON capital_reconciledjournalline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_reconciliation();

-- What was reconciled is undone, not rewritten: only `standing` may go, once, and nothing is lost.
CREATE FUNCTION capital_keep_reconciled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT OLD.standing
       OR (NEW.reconciliation_id, NEW.line_id) IS DISTINCT FROM (OLD.reconciliation_id, OLD.line_id)
    THEN
        RAISE EXCEPTION '%: % refused; a reconciliation is undone', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_reconciledbankline_kept BEFORE UPDATE OR DELETE
    ON capital_reconciledbankline FOR EACH ROW EXECUTE FUNCTION capital_keep_reconciled();
CREATE TRIGGER capital_reconciledjournalline_kept BEFORE UPDATE OR DELETE
    ON capital_reconciledjournalline FOR EACH ROW EXECUTE FUNCTION capital_keep_reconciled();

CREATE FUNCTION capital_check_bank_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM capital_account WHERE id = NEW.account_id AND system_group = 'bank'
    ) THEN
        RAISE EXCEPTION 'account % is not of the bank', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_statement_of_the_bank';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_statement_of_the_bank BEFORE INSERT ON capital_bankstatement
    FOR EACH ROW EXECUTE FUNCTION capital_check_bank_account();
"""
RECONCILIATION_REVERSE = """
DROP TRIGGER capital_statement_of_the_bank ON capital_bankstatement;
DROP FUNCTION capital_check_bank_account();
DROP TRIGGER capital_reconciledjournalline_kept ON capital_reconciledjournalline;
DROP TRIGGER capital_reconciledbankline_kept ON capital_reconciledbankline;
DROP FUNCTION capital_keep_reconciled();
DROP TRIGGER capital_reconciledjournalline_balanced ON capital_reconciledjournalline;
DROP TRIGGER capital_reconciledbankline_balanced ON capital_reconciledbankline;
DROP TRIGGER capital_reconciliation_balanced ON capital_bankreconciliation;
DROP FUNCTION capital_check_reconciliation();
"""
OTHER_INCOME = {
    "system_code": "other_income",
    "system_group": "other_income",
    "name_en": "Other income",
    "name_ar": "إيرادات أخرى",
    "type": "income",
    "normal_side": "credit",
}


def create_other_income(apps, schema_editor):
    Account = apps.get_model("capital", "Account")
    # Somebody's own account may have taken the number; theirs is the one that stays.
    taken = Account.objects.filter(code="4900").exists()
    account = Account.objects.create(code="S4900" if taken else "4900", **OTHER_INCOME)
    apps.get_model("capital", "AccountBalance").objects.create(account=account)


def drop_other_income(apps, schema_editor):
    account = apps.get_model("capital", "Account").objects.get(system_code="other_income")
    apps.get_model("capital", "AccountBalance").objects.filter(account=account).delete()
    account.delete()


class Migration(migrations.Migration):
    dependencies = [("capital", "0006_bank_statements")]

    operations = [
        AppendOnly("capital_bankstatement"),
        AppendOnly("capital_bankstatementline"),
        migrations.RunSQL(RECONCILIATION_SQL, RECONCILIATION_REVERSE),
        migrations.RunPython(create_other_income, drop_other_income),
    ]
