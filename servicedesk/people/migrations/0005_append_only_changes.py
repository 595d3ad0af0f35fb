"""Who changed what is history: the database itself refuses to change or delete a row of it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION people_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are history and are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON people_change
    FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
"""

ALLOW = """
DROP TRIGGER change_append_only ON people_change;
DROP FUNCTION people_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_changes")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
