from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0020_lists_in_and_out")]
    operations = []
