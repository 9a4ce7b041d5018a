"""Postgres holds the states of an issue, what was approved, its recipients, and its history."""

from django.db import migrations

from foundation.stored_functions import stored_function

TRIGGERS = """
CREATE TRIGGER newsletter_checked BEFORE INSERT OR UPDATE ON newsletters_newsletter
    FOR EACH ROW EXECUTE FUNCTION check_newsletter();
CREATE TRIGGER newsletter_moved AFTER UPDATE OF state ON newsletters_newsletter
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION write_newsletter_move();
CREATE TRIGGER newsletter_stays BEFORE DELETE ON newsletters_newsletter
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER newsletterevent_append_only BEFORE UPDATE OR DELETE ON newsletters_newsletterevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER newsletterentry_of_draft BEFORE INSERT OR UPDATE OR DELETE ON newsletters_newsletterentry
    FOR EACH ROW EXECUTE FUNCTION keep_entries_of_draft();
CREATE TRIGGER newslettertopic_of_draft BEFORE INSERT OR UPDATE OR DELETE ON newsletters_newslettertopic
    FOR EACH ROW EXECUTE FUNCTION keep_entries_of_draft();
CREATE TRIGGER newsletterrecipient_stays BEFORE UPDATE OR DELETE ON newsletters_newsletterrecipient
    FOR EACH ROW EXECUTE FUNCTION keep_recipient();
CREATE TRIGGER subscriber_forgotten BEFORE DELETE ON mailings_subscriber
    FOR EACH ROW EXECUTE FUNCTION forget_recipient();
"""
NO_TRIGGERS = """
DROP TRIGGER newsletter_checked ON newsletters_newsletter;
DROP TRIGGER newsletter_moved ON newsletters_newsletter;
DROP TRIGGER newsletter_stays ON newsletters_newsletter;
DROP TRIGGER newsletterevent_append_only ON newsletters_newsletterevent;
DROP TRIGGER newsletterentry_of_draft ON newsletters_newsletterentry;
DROP TRIGGER newslettertopic_of_draft ON newsletters_newslettertopic;
DROP TRIGGER newsletterrecipient_stays ON newsletters_newsletterrecipient;
DROP TRIGGER subscriber_forgotten ON mailings_subscriber;
"""
FUNCTIONS = {
    "newsletter_stops": "bigint",
    "check_newsletter": "",
    "write_newsletter_move": "",
    "keep_entries_of_draft": "",
    "keep_recipient": "",
    "forget_recipient": "",
}


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0004_newsletters"), ("articles", "0003_append_only")]
    operations = [
        *(
            stored_function("newsletters", name, before=f"DROP FUNCTION {name}({takes})")
            for name, takes in FUNCTIONS.items()
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
