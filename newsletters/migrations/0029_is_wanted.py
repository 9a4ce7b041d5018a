from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0028_monthly_digest")]
    operations = [
        stored_function("newsletters", name, before=f"DROP FUNCTION {name}(bigint)")
        for name in ("issue_is_wanted", "digest_is_wanted")
    ]
