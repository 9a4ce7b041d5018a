from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0018_mail_templates")]
    operations = []
