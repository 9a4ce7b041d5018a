"""What we ourselves said of a mail stood among the words of mail servers; why a sign-up was held stood there as a
sentence in the language of whoever posted it. The English ones become codes.

The ledger's events are history and stay as they are.
"""

from django.db import migrations

SENTENCES = {
    "said: I did not ask for this": "not_requested",
    "the address does not exist": "hard_bounce",
    "reported our mail as spam": "complaint",
    "asked us to stop": "asked_to_stop",
    "no longer wanted": "no_longer_wanted",
    "it may have arrived: its worker died while it was on its way": "worker_died",
    "given up: every try was cut off": "each_cut_off",
    "reported before the answer came": "reported_first",
}
# What stands behind these are the words of others.
BEGINNINGS = {"it may have arrived: ": "may_have_arrived", "could not be written: ": "not_written"}
HELD = {
    "a field that people cannot see was filled in": "hidden_field",
    "more than 30 forms in an hour came from the same internet connection": "busy_network",
    "more than 300 forms came in within an hour": "busy_hour",
}


def pairs(codes: dict[str, str]) -> str:
    return ", ".join(f"('{sentence}', '{code}')" for sentence, code in codes.items())


FORWARD = f"""
UPDATE mailings_outgoingemail SET last_reply = '', why = code FROM (VALUES {pairs(SENTENCES)}) AS pair (sentence, code)
WHERE last_reply = sentence;
UPDATE mailings_outgoingemail SET last_reply = substr(last_reply, length(beginning) + 1), why = code
FROM (VALUES {pairs(BEGINNINGS)}) AS pair (beginning, code) WHERE starts_with(last_reply, beginning);
UPDATE mailings_outgoingemail SET last_reply = '', why = 'unknown_kind'
WHERE starts_with(last_reply, 'no room registered the kind ');
UPDATE mailings_subscriber SET held_reason = code FROM (VALUES {pairs(HELD)}) AS pair (sentence, code)
WHERE held_reason = sentence;
"""  # noqa: S608 - all of it is ours
BACKWARD = f"""
UPDATE mailings_outgoingemail SET last_reply = sentence, why = ''
FROM (VALUES {pairs(SENTENCES)}) AS pair (sentence, code) WHERE why = code AND last_reply = '';
UPDATE mailings_outgoingemail SET last_reply = beginning || last_reply, why = ''
FROM (VALUES {pairs(BEGINNINGS)}) AS pair (beginning, code) WHERE why = code;
UPDATE mailings_subscriber SET held_reason = sentence FROM (VALUES {pairs(HELD)}) AS pair (sentence, code)
WHERE held_reason = code;
"""  # noqa: S608 - all of it is ours


class Migration(migrations.Migration):
    dependencies = [("mailings", "0011_why"), ("newsletters", "0001_subscribers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
