"""A next action that nobody typed stood there as a sentence, in the language of whoever caused it: now as its code."""

from django.db import migrations

CODES = {
    "Answer the enquiry": "answer_enquiry",
    "Answer the new enquiry": "answer_new_enquiry",
    "Get in touch": "get_in_touch",
    "Call back": "call_back",
}
PAIRS = ", ".join(f"('{sentence}', '{code}')" for sentence, code in CODES.items())
CHANGE = "UPDATE enquiries_lead SET next_action = {new} FROM (VALUES {pairs}) AS pair (sentence, code)"
CHANGE += " WHERE next_action = {old};"
FORWARD = CHANGE.format(pairs=PAIRS, old="sentence", new="code")
BACKWARD = CHANGE.format(pairs=PAIRS, old="code", new="sentence")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0024_held_reasons_as_codes")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
