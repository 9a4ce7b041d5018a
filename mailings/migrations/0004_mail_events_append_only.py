"""What happened to a mail is never rewritten; erasing its address takes the servers' words, which may quote it, too."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER mailevent_append_only BEFORE UPDATE OR DELETE ON mailings_mailevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION forget_mail() RETURNS trigger LANGUAGE plpgsql SET clinic.erasing = 'on' AS $$
BEGIN
    UPDATE mailings_mailevent SET reply = '' WHERE outgoing_id = OLD.id AND reply <> '';
    NEW.provider_message_id := '';
    RETURN NEW;
END $$;
CREATE TRIGGER outgoingemail_forget BEFORE UPDATE OF email ON mailings_outgoingemail
    FOR EACH ROW WHEN (NEW.email LIKE '%@erased.invalid' AND OLD.email <> NEW.email) EXECUTE FUNCTION forget_mail();
"""
BACKWARD = """
DROP TRIGGER outgoingemail_forget ON mailings_outgoingemail;
DROP FUNCTION forget_mail();
DROP TRIGGER mailevent_append_only ON mailings_mailevent;
"""


class Migration(migrations.Migration):
    dependencies = [("mailings", "0003_ledger_and_limits")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
