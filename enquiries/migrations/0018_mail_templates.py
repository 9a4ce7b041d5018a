from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0017_calls_and_mails")]
    operations = []
