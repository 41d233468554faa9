"""What the database refuses of own accounts, periods and drawers; the rows every pharmacy has."""

from django.db import migrations

from core.db import AppendOnly

# system code, code, English name, Arabic name, type, normal side
FURTHER_CHART = (
    ("tax_receivable", "1300", "Tax receivable", "ضرائب قابلة للاسترداد", "asset", "debit"),
    ("cash_over", "4200", "Cash over", "زيادة الصندوق", "income", "credit"),
    ("cash_short", "5300", "Cash short", "عجز الصندوق", "expense", "debit"),
)


def create_rows(apps, schema_editor):
    Account = apps.get_model("capital", "Account")
    AccountBalance = apps.get_model("capital", "AccountBalance")
    for system_code, code, name_en, name_ar, type_, side in FURTHER_CHART:
        # Somebody's own account may have taken the number; theirs is the one that stays.
        taken = Account.objects.filter(code=code).exists()
        account = Account.objects.create(
            system_code=system_code,
            system_group=system_code,
            code=f"S{code}" if taken else code,
            name_en=name_en,
            name_ar=name_ar,
            type=type_,
            normal_side=side,
        )
        AccountBalance.objects.create(account=account)
    apps.get_model("capital", "CapitalPolicy").objects.create(id=1)
    apps.get_model("capital", "CashDrawer").objects.create(
        code="MAIN",
        name="Main drawer",
        kind="till",
        account=Account.objects.get(system_code="cash"),
        is_default=True,
    )


def drop_rows(apps, schema_editor):
    codes = [row[0] for row in FURTHER_CHART]
    apps.get_model("capital", "CashDrawer").objects.all().delete()
    apps.get_model("capital", "CapitalPolicy").objects.all().delete()
    apps.get_model("capital", "AccountBalance").objects.filter(
        account__system_code__in=codes
    ).delete()
    apps.get_model("capital", "Account").objects.filter(system_code__in=codes).delete()


ACCOUNTS_SQL = """
CREATE FUNCTION capital_place_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above capital_account;
    walked bigint := NEW.parent_id;
    depth integer := 0;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.system_group := coalesce(NEW.system_code, '');
    ELSE
        SELECT * INTO above FROM capital_account WHERE id = NEW.parent_id;
        -- Two moves in one branch wait here for each other, so that they make no circle.
        PERFORM 1 FROM capital_account WHERE system_code = above.system_group FOR NO KEY UPDATE;
        WHILE walked IS NOT NULL LOOP
            depth := depth + 1;
            IF walked = NEW.id OR depth > 8 THEN
                RAISE EXCEPTION 'account % cannot stand below itself, nor deeper than 8', NEW.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_account_no_circle';
            END IF;
            SELECT parent_id INTO walked FROM capital_account WHERE id = walked;
        END LOOP;
        IF (NEW.type, NEW.normal_side) IS DISTINCT FROM (above.type, above.normal_side) THEN
            RAISE EXCEPTION 'account % has the type and side of what it stands below', NEW.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_account_inherits';
        END IF;
        IF above.system_group = 'inventory' THEN
            RAISE EXCEPTION 'inventory is divided by batches, not by accounts'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_account_not_of_stock';
        END IF;
        NEW.system_group := above.system_group;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.system_group IS DISTINCT FROM OLD.system_group THEN
        RAISE EXCEPTION 'account % stays within %', OLD.code, OLD.system_group
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_account_keeps_its_group';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_account_placed
    BEFORE INSERT OR UPDATE OF parent_id, system_code, system_group, type, normal_side
    ON capital_account FOR EACH ROW EXECUTE FUNCTION capital_place_account();

-- A part of what cannot be overdrawn cannot be overdrawn either.
CREATE FUNCTION capital_check_balance_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM capital_account own
          JOIN capital_account top ON top.system_code = own.system_group
          JOIN capital_accountbalance above ON above.account_id = top.id
         WHERE own.id = NEW.account_id AND above.never_negative <> NEW.never_negative
    ) THEN
        RAISE EXCEPTION 'account %: may be overdrawn exactly as its system account', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_balance_rule_inherited';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER capital_balance_rule_inherited
    AFTER INSERT OR UPDATE OF never_negative ON capital_accountbalance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_balance_rule();

CREATE FUNCTION capital_refuse_inactive_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM capital_account WHERE id = NEW.account_id AND NOT is_active) THEN
        RAISE EXCEPTION 'account % is no longer in use', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_line_account_active';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_line_account_active BEFORE INSERT ON capital_journalline
    FOR EACH ROW EXECUTE FUNCTION capital_refuse_inactive_account();
"""
ACCOUNTS_REVERSE = """
DROP TRIGGER capital_line_account_active ON capital_journalline;
DROP FUNCTION capital_refuse_inactive_account();
DROP TRIGGER capital_balance_rule_inherited ON capital_accountbalance;
DROP FUNCTION capital_check_balance_rule();
DROP TRIGGER capital_account_placed ON capital_account;
DROP FUNCTION capital_place_account();
"""

PERIODS_SQL = """
-- Whoever closes a period waits for the entries under way in it, and they for him.
CREATE FUNCTION capital_refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    period capital_accountingperiod;
BEGIN
    SELECT * INTO period FROM capital_accountingperiod
     WHERE NEW.entry_date BETWEEN starts_on AND ends_on FOR SHARE;
    IF period.status = 'closed' THEN
        RAISE EXCEPTION 'the period % to % is closed: no entry on %',
            period.starts_on, period.ends_on, NEW.entry_date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_entry_period_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_entry_period_open BEFORE INSERT ON capital_journalentry
    FOR EACH ROW EXECUTE FUNCTION capital_refuse_closed_day();

CREATE FUNCTION capital_protect_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status = 'open' THEN
            RETURN OLD;  -- one that was ever closed is held by its changes
        END IF;
    ELSIF (NEW.id, NEW.starts_on, NEW.ends_on, NEW.created_at)
        IS NOT DISTINCT FROM (OLD.id, OLD.starts_on, OLD.ends_on, OLD.created_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the period % to % stays: % refused', OLD.starts_on, OLD.ends_on, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER capital_period_protected BEFORE UPDATE OR DELETE ON capital_accountingperiod
    FOR EACH ROW EXECUTE FUNCTION capital_protect_period();

CREATE FUNCTION capital_check_period_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text;
    state text;
BEGIN
    SELECT kind INTO newest FROM capital_periodchange
     WHERE period_id = NEW.id ORDER BY id DESC LIMIT 1;
    SELECT status INTO state FROM capital_accountingperiod WHERE id = NEW.id;
    IF (state = 'closed') IS DISTINCT FROM (coalesce(newest, 'reopened') = 'closed') THEN
        RAISE EXCEPTION 'the period % to % became % without a trace',
            NEW.starts_on, NEW.ends_on, state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capital_period_traced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER capital_period_traced
    AFTER INSERT OR UPDATE OF status ON capital_accountingperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION capital_check_period_trace();
"""
PERIODS_REVERSE = """
DROP TRIGGER capital_period_traced ON capital_accountingperiod;
DROP FUNCTION capital_check_period_trace();
DROP TRIGGER capital_period_protected ON capital_accountingperiod;
DROP FUNCTION capital_protect_period();
DROP TRIGGER capital_entry_period_open ON capital_journalentry;
DROP FUNCTION capital_refuse_closed_day();
"""

DRAWERS_SQL = """
CREATE FUNCTION capital_check_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'capital_cashdrawer'
        AND NEW.account_id <> OLD.account_id
    THEN
        RAISE EXCEPTION 'drawer % keeps its account', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM capital_account
                    WHERE id = NEW.account_id AND system_group = TG_ARGV[0]) THEN
        RAISE EXCEPTION 'account % does not belong to %', NEW.account_id, TG_ARGV[0]
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER capital_drawer_holds_cash BEFORE INSERT OR UPDATE ON capital_cashdrawer
    FOR EACH ROW EXECUTE FUNCTION capital_check_group('cash');
CREATE TRIGGER capital_category_is_an_expense BEFORE INSERT OR UPDATE ON capital_expensecategory
    FOR EACH ROW EXECUTE FUNCTION capital_check_group('expenses');

CREATE FUNCTION capital_protect_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status <> 'closed'
        AND (NEW.id, NEW.number, NEW.drawer_id, NEW.cashier_id, NEW.blind, NEW.opened_at,
             NEW.opening_float, NEW.opening_expected, NEW.opening_reason, NEW.opening_entry_id,
             NEW.opened_after)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.number, OLD.drawer_id, OLD.cashier_id, OLD.blind, OLD.opened_at,
             OLD.opening_float, OLD.opening_expected, OLD.opening_reason, OLD.opening_entry_id,
             OLD.opened_after)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'session %: what was opened or closed stays: % refused', OLD.number, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER capital_session_protected BEFORE UPDATE OR DELETE ON capital_cashsession
    FOR EACH ROW EXECUTE FUNCTION capital_protect_session();
"""
DRAWERS_REVERSE = """
DROP TRIGGER capital_session_protected ON capital_cashsession;
DROP FUNCTION capital_protect_session();
DROP TRIGGER capital_category_is_an_expense ON capital_expensecategory;
DROP TRIGGER capital_drawer_holds_cash ON capital_cashdrawer;
DROP FUNCTION capital_check_group();
"""


class Migration(migrations.Migration):
    dependencies = [("capital", "0003_accounts_periods_drawers")]

    operations = [
        migrations.RunPython(create_rows, drop_rows),
        migrations.RunSQL(ACCOUNTS_SQL, ACCOUNTS_REVERSE),
        migrations.RunSQL(PERIODS_SQL, PERIODS_REVERSE),
        migrations.RunSQL(DRAWERS_SQL, DRAWERS_REVERSE),
        AppendOnly("capital_periodchange"),
        AppendOnly("capital_entryattachment"),
        AppendOnly("capital_cashcount"),
    ]
