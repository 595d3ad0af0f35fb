"""A question that was answered keeps its words for ever: it is replaced by another, never changed."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_answered_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.office_id, NEW.key, NEW.name, NEW.text, NEW.labels, NEW.is_strength)
       IS DISTINCT FROM (OLD.office_id, OLD.key, OLD.name, OLD.text, OLD.labels, OLD.is_strength)
       AND EXISTS (SELECT 1 FROM feedback_answer WHERE question_id = OLD.id) THEN
        RAISE EXCEPTION 'question % was answered and is never changed, only replaced', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER question_answered BEFORE UPDATE ON feedback_question FOR EACH ROW EXECUTE FUNCTION refuse_answered_question();
"""

ALLOW = """
DROP TRIGGER question_answered ON feedback_question;
DROP FUNCTION refuse_answered_question();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_plan_wave_counts_and_service_days")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
