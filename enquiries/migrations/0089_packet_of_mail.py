from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0088_each_can_be_reached"), ("mailings", "0041_questions_of_addresses")]
    operations = [
        stored_function(
            "enquiries", "packet_of_mail", before="DROP FUNCTION packet_of_mail(bigint, text, text[], text)"
        )
    ]
