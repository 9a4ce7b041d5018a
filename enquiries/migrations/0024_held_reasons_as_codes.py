"""Why an enquiry was held stood there as a sentence, in the language of whoever posted it.

The English ones become codes. What an enquiry says is final, so its trigger rests for this change, there and back. A
sentence that is not among these stays, and is shown as it is.
"""

from django.db import migrations

CODES = {
    "a field that people cannot see was filled in": "hidden_field",
    "the name holds a link": "link_in_name",
    "the message holds many links": "many_links",
    "more than 30 forms in an hour came from the same internet connection": "busy_network",
    "more than 300 forms came in within an hour": "busy_hour",
}
PAIRS = ", ".join(f"('{sentence}', '{code}')" for sentence, code in CODES.items())
# A table with checks that wait for the end of the transaction cannot be altered.
CHANGE = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE enquiries_enquiry DISABLE TRIGGER enquiry_as_typed;
UPDATE enquiries_enquiry SET held_reason = {new} FROM (VALUES {pairs}) AS pair (sentence, code)
WHERE held_reason = {old};
ALTER TABLE enquiries_enquiry ENABLE TRIGGER enquiry_as_typed;
"""
FORWARD = CHANGE.format(pairs=PAIRS, old="sentence", new="code")
BACKWARD = CHANGE.format(pairs=PAIRS, old="code", new="sentence")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0023_causes_of_old_mails")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
