"""Looks at a standing stay append-only; those of more than a year ago may be removed, as LOOK_KEPT_DAYS says."""

from django.db import migrations

ALLOW_AFTER_A_YEAR = """
CREATE FUNCTION refuse_change_of_a_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '1 year' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'looks at a standing are never changed, and kept for at least a year' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER standing_look_append_only ON priorities_standinglook;
CREATE TRIGGER standing_look_append_only BEFORE UPDATE OR DELETE ON priorities_standinglook
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_look();
"""

REFUSE = """
DROP TRIGGER standing_look_append_only ON priorities_standinglook;
CREATE TRIGGER standing_look_append_only BEFORE UPDATE OR DELETE ON priorities_standinglook
FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION refuse_change_of_a_look();
"""


class Migration(migrations.Migration):
    dependencies = [("priorities", "0004_counts_of_what_is_set_aside")]
    operations = [migrations.RunSQL(ALLOW_AFTER_A_YEAR, REFUSE)]
