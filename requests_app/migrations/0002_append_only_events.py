"""Events are history: the database itself refuses to change or delete one."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are history and are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON requests_app_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

ALLOW = """
DROP TRIGGER event_append_only ON requests_app_event;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
