"""The accounts the program posts to, and what the database refuses to do to the ledger."""

from django.db import migrations

from core.db import AppendOnly

# system code, code, English name, Arabic name, type, normal side, never negative. Cash is first:
# its balance row has the lowest key and is where all writers of the ledger queue.
CHART = (
    ("cash", "1000", "Cash", "الصندوق", "asset", "debit", True),
    ("bank", "1010", "Bank", "المصرف", "asset", "debit", True),
    ("receivables", "1100", "Receivables from customers", "ذمم الزبائن", "asset", "debit", False),
    ("inventory", "1200", "Inventory at cost", "المخزون بالتكلفة", "asset", "debit", True),
    ("payables", "2000", "Payables to suppliers", "ذمم الموردين", "liability", "credit", False),
    ("tax_payable", "2100", "Tax payable", "ضرائب مستحقة", "liability", "credit", False),
    ("owner_equity", "3000", "Owner's capital", "رأس مال المالك", "equity", "credit", False),
    ("owner_drawings", "3010", "Owner's drawings", "مسحوبات المالك", "equity", "debit", False),
    ("opening_equity", "3100", "Opening balances", "أرصدة افتتاحية", "equity", "credit", False),
    ("sales_revenue", "4000", "Sales revenue", "إيرادات المبيعات", "income", "credit", False),
    ("inventory_gain", "4100", "Inventory gains", "زيادات الجرد", "income", "credit", False),
    ("cost_of_goods_sold", "5000", "Cost of goods sold", "تكلفة البضاعة المباعة", "expense",
     "debit", False),
    ("purchase_price_difference", "5100", "Purchase price differences", "فروق أسعار الشراء",
     "expense", "debit", False),
    ("inventory_loss", "5200", "Inventory losses", "خسائر المخزون", "expense", "debit", False),
    ("expenses", "6000", "Operating expenses", "مصاريف تشغيلية", "expense", "debit", False),
)


def create_chart(apps, schema_editor):
    Account = apps.get_model("capital", "Account")
    AccountBalance = apps.get_model("capital", "AccountBalance")
    for system_code, code, name_en, name_ar, type_, side, never_negative in CHART:
        account = Account.objects.create(
            system_code=system_code,
            code=code,
            name_en=name_en,
            name_ar=name_ar,
            type=type_,
            normal_side=side,
        )
        AccountBalance.objects.create(account=account, never_negative=never_negative)


def drop_chart(apps, schema_editor):
    apps.get_model("capital", "AccountBalance").objects.all().delete()
    apps.get_model("capital", "Account").objects.all().delete()


ACCOUNTS_SQL = """
CREATE FUNCTION capital_protect_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.system_code IS NULL THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.system_code IS NULL
        OR (NEW.id, NEW.code, NEW.system_code, NEW.type, NEW.normal_side)
            IS NOT DISTINCT FROM (OLD.id, OLD.code, OLD.system_code, OLD.type, OLD.normal_side)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'account % belongs to the system: % refused', OLD.code, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER capital_account_protected BEFORE UPDATE OR DELETE ON capital_account
    FOR EACH ROW EXECUTE FUNCTION capital_protect_account();
"""
ACCOUNTS_REVERSE = """
DROP TRIGGER capital_account_protected ON capital_account;
DROP FUNCTION capital_protect_account();
"""

# The transaction id alone would be enough on one server; together with the transaction's start it
# still is after a dump was restored on another server, where ids begin anew.
LEDGER_SQL = """
CREATE FUNCTION capital_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := now();
    NEW.posted_in := pg_current_xact_id()::text::bigint;
    IF EXISTS (SELECT 1 FROM capital_journalentry
                WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'entry % is itself a reversal', NEW.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_entry_reversal_is_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_entry_stamped BEFORE INSERT ON capital_journalentry
    FOR EACH ROW EXECUTE FUNCTION capital_stamp_entry();

CREATE FUNCTION capital_refuse_late_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM capital_journalentry
                    WHERE id = NEW.entry_id
                      AND posted_in = pg_current_xact_id()::text::bigint
                      AND recorded_at = now()) THEN
        RAISE EXCEPTION 'entry % was not posted in this transaction: no further lines',
            NEW.entry_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_line_with_its_entry';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_line_in_time BEFORE INSERT ON capital_journalline
    FOR EACH ROW EXECUTE FUNCTION capital_refuse_late_line();

CREATE FUNCTION capital_check_entry(checked_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    entry capital_journalentry;
    line_count integer;
    debits numeric;
    credits numeric;
BEGIN
    SELECT * INTO entry FROM capital_journalentry WHERE id = checked_id;
    SELECT count(*), coalesce(sum(debit), 0), coalesce(sum(credit), 0)
      INTO line_count, debits, credits FROM capital_journalline WHERE entry_id = checked_id;
    IF line_count < 2 OR debits <> credits OR debits <> entry.total THEN
        RAISE EXCEPTION 'entry %: % lines, debits %, credits %, total %',
            entry.number, line_count, debits, credits, entry.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_entry_balanced';
    END IF;
    IF entry.reverses_id IS NOT NULL AND EXISTS (
        (SELECT line, account_id, debit, credit, party_type, party_id
           FROM capital_journalline WHERE entry_id = checked_id
         EXCEPT
         SELECT line, account_id, credit, debit, party_type, party_id
           FROM capital_journalline WHERE entry_id = entry.reverses_id)
        UNION ALL
        (SELECT line, account_id, credit, debit, party_type, party_id
           FROM capital_journalline WHERE entry_id = entry.reverses_id
         EXCEPT
         SELECT line, account_id, debit, credit, party_type, party_id
           FROM capital_journalline WHERE entry_id = checked_id)
    ) THEN
        RAISE EXCEPTION 'entry % does not mirror the entry it reverses', entry.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_entry_reversal_mirrors';
    END IF;
END $$;
CREATE FUNCTION capital_check_posted_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM capital_check_entry(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION capital_check_entry_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM capital_check_entry(NEW.entry_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER capital_entry_balanced AFTER INSERT ON capital_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_posted_entry();
-- On lines too: a client may check early (SET CONSTRAINTS ALL IMMEDIATE) and go on inserting.
CREATE CONSTRAINT TRIGGER capital_line_balanced AFTER INSERT ON capital_journalline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_entry_of_line();
"""
LEDGER_REVERSE = """
DROP TRIGGER capital_line_balanced ON capital_journalline;
DROP TRIGGER capital_entry_balanced ON capital_journalentry;
DROP FUNCTION capital_check_entry_of_line();
DROP FUNCTION capital_check_posted_entry();
DROP FUNCTION capital_check_entry(bigint);
DROP TRIGGER capital_line_in_time ON capital_journalline;
DROP FUNCTION capital_refuse_late_line();
DROP TRIGGER capital_entry_stamped ON capital_journalentry;
DROP FUNCTION capital_stamp_entry();
"""

COMMITMENTS_SQL = """
CREATE FUNCTION capital_protect_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER capital_commitment_protected BEFORE UPDATE OR DELETE ON capital_commitment
    FOR EACH ROW EXECUTE FUNCTION capital_protect_commitment();
"""
COMMITMENTS_REVERSE = """
DROP TRIGGER capital_commitment_protected ON capital_commitment;
DROP FUNCTION capital_protect_commitment();
"""


class Migration(migrations.Migration):
    dependencies = [("capital", "0001_ledger"), ("core", "0001_kernel_tables")]

    operations = [
        migrations.RunPython(create_chart, drop_chart),
        migrations.RunSQL(ACCOUNTS_SQL, ACCOUNTS_REVERSE),
        migrations.RunSQL(LEDGER_SQL, LEDGER_REVERSE),
        migrations.RunSQL(COMMITMENTS_SQL, COMMITMENTS_REVERSE),
        AppendOnly("capital_journalentry"),
        AppendOnly("capital_journalline"),
        AppendOnly("capital_commitmentchange"),
    ]
