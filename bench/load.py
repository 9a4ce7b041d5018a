"""Eight readers who ask for one page again and again. They cost little, so that the server has the processors."""

import selectors
import socket
import time
from dataclasses import dataclass, field

CONNECTIONS = 8


@dataclass
class Reader:
    sock: socket.socket
    got: bytearray = field(default_factory=bytearray)


def requests_per_second(port: int, path: str, *, seconds: float, host: str = "127.0.0.1", accept: str = "br") -> float:
    """Each answer is asked for when the one before it is here, whole, with status 200 and as long as the first."""
    asked = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {accept}\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    readers = [Reader(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(CONNECTIONS)]
    length = length_of_answer(readers[0].sock, asked)
    for reader in readers:
        selector.register(reader.sock, selectors.EVENT_READ, reader)
        reader.sock.sendall(asked)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _events in selector.select(1):
            done += is_whole(key.data, length, asked)
    took = time.perf_counter() - began
    for reader in readers:
        reader.sock.close()
    return done / took


def is_whole(reader: Reader, length: int, asked: bytes) -> bool:
    reader.got += reader.sock.recv(262_144)
    if len(reader.got) < length:
        return False
    if len(reader.got) > length or not reader.got.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"an answer unlike the first: {bytes(reader.got[:200])!r}")
    reader.got.clear()
    reader.sock.sendall(asked)
    return True


def length_of_answer(sock: socket.socket, asked: bytes) -> int:
    """Of its headers and body, once it is made and held."""
    for _ in range(2):
        sock.sendall(asked)
        got = b""
        while b"\r\n\r\n" not in got:
            got += sock.recv(262_144)
        head, _, body = got.partition(b"\r\n\r\n")
        told = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not (head.startswith(b"HTTP/1.1 200") and told):
            raise RuntimeError(f"no plain answer: {head[:300]!r}")
        size = int(told[0].split(b":")[1])
        while len(body) < size:
            body += sock.recv(262_144)
    return len(head) + 4 + size
