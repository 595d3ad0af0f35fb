"""Changes of rank are history, and a published rule set is never altered, only superseded."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER rank_change_append_only BEFORE UPDATE OR DELETE ON priorities_rankchange FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'superseded'
       AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rule set % was published and is never changed', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rule_set_immutable BEFORE UPDATE OR DELETE ON priorities_ruleset FOR EACH ROW EXECUTE FUNCTION refuse_rule_change();
"""

ALLOW = """
DROP TRIGGER rule_set_immutable ON priorities_ruleset;
DROP FUNCTION refuse_rule_change();
DROP TRIGGER rank_change_append_only ON priorities_rankchange;
"""


class Migration(migrations.Migration):
    dependencies = [("priorities", "0001_initial"), ("requests_app", "0002_append_only_events")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
