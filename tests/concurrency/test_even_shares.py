from collections import Counter

import pytest
from django.contrib.auth.models import Group

from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.concurrency.test_identical_posts import post_together

PEOPLE = 12


@pytest.mark.django_db(transaction=True)
def test_people_who_write_at_once_are_shared_out_evenly(first_content: None, packet_fields, django_user_model) -> None:
    ClinicProfile.objects.update(assigns_new_leads=True)
    for name in ("ana", "bo", "cy"):
        member = django_user_model.objects.create_user(f"{name}@clinic.example")
        member.groups.set(Group.objects.filter(name="coordinator"))
    posts = [{**packet_fields, "email": f"zoe{number}@example.com"} for number in range(PEOPLE)]
    assert post_together("/information-packet/", posts) == [303] * PEOPLE
    shares = Counter(Lead.objects.values_list("owner__email", flat=True))
    assert set(shares.values()) == {PEOPLE // 3}
    assert len(shares) == 3
