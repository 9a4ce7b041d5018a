"""`python -m bench.raw_smtp PORT BYTES SECONDS`: mails a second by smtplib alone, on one connection, of ready bytes."""

import smtplib
import sys
import time

LINE = b"A" * 76 + b"\r\n"


def main(port: int, size: int, seconds: float) -> float:
    content = b"From: clinic@example.org\r\nSubject: packet\r\n\r\n" + LINE * (size // len(LINE))
    with smtplib.SMTP("127.0.0.1", port) as wire:
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            wire.sendmail("clinic@example.org", [f"raw{count}@example.org"], content)
            count += 1
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))  # noqa: T201 - for whoever started it
