"""A mail answers once it is sent, and not while it waits. One that the version before queues answers as it did."""

from django.db import migrations, models

TRIGGER = """
DROP TRIGGER leadevent_first_answer ON enquiries_leadevent;
CREATE TRIGGER leadevent_first_answer AFTER INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL AND (
            (NEW.kind = 'call' AND NEW.data ->> 'outcome' IS DISTINCT FROM 'no_answer')
            OR %s
            OR (NEW.kind = 'stage' AND NEW.data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            ))
        )
    ) EXECUTE FUNCTION note_first_answer();
"""
FORWARD = (
    TRIGGER % "NEW.kind = 'mail_sent' OR (NEW.kind = 'mail' AND NOT NEW.data ?| ARRAY['bulk', 'answers_when_sent'])"
)
BACKWARD = TRIGGER % "(NEW.kind = 'mail' AND NOT NEW.data ? 'bulk')"
KINDS = [
    ("stage", "stage"),
    ("enquiry", "enquiry"),
    ("consent", "consent"),
    ("packet_queued", "packet queued"),
    ("packet_sent", "packet sent"),
    ("packet_failed", "packet failed"),
    ("packet_not_sent", "packet not sent"),
    ("packet_uncertain", "packet may not have arrived"),
    ("packet_bounced", "packet came back"),
    ("packet_complained", "packet reported as spam"),
    ("packet_downloaded", "packet downloaded"),
    ("disowned", "says it was not them"),
    ("note", "note"),
    ("call", "call"),
    ("mail", "mail"),
    ("imported", "imported"),
    ("address_corrected", "address corrected"),
    ("next_action", "next action"),
    ("owner", "owner"),
    ("details", "details changed"),
    ("merged", "merged"),
    ("unmerged", "taken apart again"),
    ("told_apart", "not the same person"),
    ("stop_lifted", "wants mail again"),
    ("consent_ended", "wants no contact any more"),
    ("mail_sent", "mail sent"),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0053_ended_consents")]
    operations = [
        migrations.AlterField("leadevent", "kind", models.CharField(choices=KINDS, max_length=30, verbose_name="kind")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
