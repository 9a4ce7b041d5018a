"""Why a lead was closed, or left out of what was done with many, stood there as a sentence in the language of whoever
acted. The English ones of ours become codes; what people typed stays.
"""

from django.db import migrations

LEFT_OUT = {
    "This person was erased.": "erased",
    "This lead was merged into another one.": "merged",
    "It is closed.": "closed",
    "It is closed already.": "closed_already",
    "This person was sent this mail within a day.": "had_this_mail",
    "This is a clinical decision. Ask a colleague of the clinical group.": "clinical",
    "Somebody changed this lead after you chose it. Look at it, then decide again.": "changed",
    "There is no e-mail address. Add one first.": "no_address",
    "Nothing may be sent to this address: they said “I did not ask for this”.": "not_requested",
    "Nothing may be sent to this address: it does not exist.": "hard_bounce",
    "Nothing may be sent to this address: they reported our mail as spam.": "complaint",
    "Nothing may be sent to this address: they asked us to stop.": "asked_to_stop",
    "This address was sent such a mail within a day, or three within a month.": "had_its_share",
}
# These name a stage or a template.
SHAPES = {
    "^A lead cannot go from “.*” to “.*”\\.$": "no_such_move",
    "^“.*” is not approved, or was retired\\.": "not_approved",
    "^“.*” went to this person within the last ten minutes\\.$": "had_it_just_now",
}
ASKED = r"^\s*asked\s+to\s+stop\M[\s:,;.–-]*"


def pairs(codes: dict[str, str]) -> str:
    return ", ".join(f"('{words}', '{code}')" for words, code in codes.items())


FORWARD = f"""
UPDATE enquiries_lead SET closed_reason = left(
    concat_ws(': ', 'asked_to_stop', nullif(regexp_replace(closed_reason, '{ASKED}', '', 'i'), '')), 300
) WHERE closed_reason ~* '{ASKED}';
UPDATE enquiries_bulkoutcome SET left_out_because = code FROM (VALUES {pairs(LEFT_OUT)}) AS pair (sentence, code)
WHERE left_out_because = sentence;
UPDATE enquiries_bulkoutcome SET left_out_because = code FROM (VALUES {pairs(SHAPES)}) AS pair (shape, code)
WHERE left_out_because ~ shape;
"""  # noqa: S608 - all of it is ours
BACKWARD = f"""
UPDATE enquiries_lead SET closed_reason = regexp_replace(closed_reason, '^asked_to_stop', 'asked to stop')
WHERE closed_reason ~ '^asked_to_stop(: |$)';
UPDATE enquiries_bulkoutcome SET left_out_because = sentence FROM (VALUES {pairs(LEFT_OUT)}) AS pair (sentence, code)
WHERE left_out_because = code;
"""  # noqa: S608 - all of it is ours


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0030_erased_leads_hold_nothing")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
