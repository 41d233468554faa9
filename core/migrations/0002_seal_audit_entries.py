"""Append-only audit log, sealed into a hash chain when a transaction commits."""

from django.db import migrations

from core.db import AppendOnly

SEAL = """
CREATE FUNCTION core_audit_digest(previous text, e core_auditentry) RETURNS text
LANGUAGE sql STABLE SET timezone TO 'UTC' AS $$
    -- The columns are listed, so that a column added later leaves old digests as they are.
    SELECT encode(sha256(convert_to(previous || jsonb_build_array(
        e.id, e.occurred_at, e.actor_id, e.actor_label, e.client_ip, e.action,
        e.subject_type, e.subject_id, e.changes, e.reason, e.correlation_id)::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION core_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_place bigint;
    last_digest text;
BEGIN
    -- One committing transaction at a time appends to the chain; held until its commit ends.
    PERFORM pg_advisory_xact_lock(hashtext('core_auditseal'));
    SELECT sequence, digest INTO last_place, last_digest
      FROM core_auditseal ORDER BY sequence DESC LIMIT 1;
    INSERT INTO core_auditseal (sequence, entry_id, digest)
    VALUES (coalesce(last_place, 0) + 1, NEW.id,
            core_audit_digest(coalesce(last_digest, ''), NEW));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER core_auditentry_seal AFTER INSERT ON core_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal();
"""

UNSEAL = """
DROP TRIGGER core_auditentry_seal ON core_auditentry;
DROP FUNCTION core_audit_seal();
DROP FUNCTION core_audit_digest(text, core_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_kernel_tables")]

    operations = [
        migrations.RunSQL(SEAL, UNSEAL),
        AppendOnly("core_auditentry"),
        AppendOnly("core_auditseal"),
    ]
