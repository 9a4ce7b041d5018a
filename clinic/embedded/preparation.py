"""Several management commands for the price of one start of Django; a program of its own, run by `site`."""

import sys
import traceback

import django
from django.core.management import call_command


def main(commands: list[str]) -> None:
    django.setup()
    for command in commands:
        # Only the account is for the terminal; the rest goes to the log, where it explains a failure.
        output = sys.stdout if command == "create_first_staff" else sys.stderr
        try:
            call_command(command, stdout=output)
        except Exception:
            traceback.print_exc()
            sys.exit(f"{command} failed, for the reason above.")


if __name__ == "__main__":
    main(sys.argv[1:])
