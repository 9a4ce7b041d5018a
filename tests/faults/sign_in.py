"""Prints the session cookie of somebody who works here: `python -m tests.faults.sign_in`, in the site's environment."""

import sys

import django


def sign_in() -> str:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.create_superuser("zoe@clinic.example", None, name="Zoë O'Brien & Sons"))
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(sign_in())
