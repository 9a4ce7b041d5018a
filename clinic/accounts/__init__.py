"""How staff sign in and stay signed in: django-allauth, with our limits, mails, records and pages around it."""
