from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0019_saved_views")]
    operations = []
