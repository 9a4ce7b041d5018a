from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0004_erase_person"),
    ]

    operations = [
        migrations.AlterField(
            model_name="leadevent",
            name="kind",
            field=models.CharField(
                choices=[
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
                    ("address_corrected", "address corrected"),
                    ("next_action", "next action"),
                    ("owner", "owner"),
                    ("details", "details changed"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
    ]
