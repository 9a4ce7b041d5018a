"""The exception of what is append-only belongs to erase_person itself, no longer to a setting that anybody may make.

After 0024, which still went by that setting. All in one, so that erasing works before it and after it.
"""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0028_mailed_as"),
        ("articles", "0006_profile_to_foundation"),
        ("mailings", "0012_own_words_as_codes"),
    ]
    operations = [
        stored_function("enquiries", "erase_person"),
        stored_function("enquiries", "is_erasing"),
        stored_function("articles", "refuse_change"),
        stored_function("enquiries", "check_stage_move"),
        stored_function("mailings", "forget_mail"),
    ]
