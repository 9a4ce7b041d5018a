from django.db import migrations, models

# Nobody spoke with anybody when a call was not answered, and a mail to many is no answer to one.
FORWARD = """
DROP TRIGGER leadevent_first_answer ON enquiries_leadevent;
CREATE TRIGGER leadevent_first_answer AFTER INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL AND (
            (NEW.kind = 'call' AND NEW.data ->> 'outcome' IS DISTINCT FROM 'no_answer')
            OR (NEW.kind = 'mail' AND NOT NEW.data ? 'bulk')
            OR (NEW.kind = 'stage' AND NEW.data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            ))
        )
    ) EXECUTE FUNCTION note_first_answer();
"""
BACKWARD = """
DROP TRIGGER leadevent_first_answer ON enquiries_leadevent;
CREATE TRIGGER leadevent_first_answer AFTER INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL AND (
            NEW.kind IN ('call', 'mail')
            OR (NEW.kind = 'stage' AND NEW.data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            ))
        )
    ) EXECUTE FUNCTION note_first_answer();
"""
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
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0016_absences")]
    operations = [
        migrations.AlterModelOptions(
            name="lead",
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("move_clinical_stages", "Can decide clinical stages"),
                    ("resend_packet", "Can send the packet again"),
                    ("merge_leads", "Can merge leads"),
                    ("export_leads", "Can export lists of leads"),
                    ("import_leads", "Can import leads"),
                    ("export_person", "Can export a person"),
                    ("erase_person", "Can erase a person"),
                ],
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        migrations.AlterField(
            model_name="leadevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30, verbose_name="kind"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
