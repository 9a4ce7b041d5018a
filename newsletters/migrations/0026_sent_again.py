from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0025_who_left_index")]
    operations = [
        migrations.AlterField(
            "newsletterevent",
            "kind",
            models.CharField(
                choices=[
                    ("saved", "saved"),
                    ("tested", "sent to oneself as a test"),
                    ("sent_again", "sent again to who had not got it"),
                    ("moved", "moved"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
