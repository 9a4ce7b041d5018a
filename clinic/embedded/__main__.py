"""What `./run` hands over to, with .venv in place."""

import sys


def main() -> int:
    try:
        from clinic.embedded.errors import Failed, Stopped
        from clinic.embedded.speech import complain
        from clinic.embedded.verbs import run_verb
    except KeyboardInterrupt:
        return 130
    try:
        return run_verb(sys.argv[1:])
    except Stopped:
        return 0
    except Failed as sentence:
        complain(str(sentence))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
