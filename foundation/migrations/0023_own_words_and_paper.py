"""Sender, foot of the page, where else the clinic is found, and the paper of its packet."""

from django.db import migrations, models

import foundation.social_links


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0022_colors"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="footer_notice",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as who licensed the clinic, or its number in a register of companies.",
                verbose_name="line at the foot of each page",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="paper",
            field=models.CharField(
                choices=[("us-letter", "US Letter"), ("a4", "A4")],
                db_default="us-letter",
                default="us-letter",
                max_length=10,
                verbose_name="paper of the packet",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="sender_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Shown in mailboxes; empty for the name of the clinic.",
                max_length=100,
                verbose_name="name of the sender of mails",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="social_links",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="One address a line, such as: Our videos https://video.example.org/us",
                validators=[foundation.social_links.are_links],
                verbose_name="where else you are found",
            ),
        ),
    ]
