"""A mail server that takes everything at once and remembers when which address got its mail."""

import asyncio
import threading
import time

REPLIES = {b"EHLO": b"250-8BITMIME\r\n250 PIPELINING\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink:
    def __init__(self) -> None:
        self.taken: dict[str, float] = {}
        self.bytes_of_last = 0
        self.ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.ready.wait(10)

    async def serve(self) -> None:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0, limit=4 * 1024 * 1024)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        address = ""
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
            writer.write(REPLIES.get(command, b"250 ok\r\n"))
            if command == b"DATA":
                self.bytes_of_last = len(await reader.readuntil(b"\r\n.\r\n"))
                self.taken[address] = time.time()
                writer.write(b"250 taken\r\n")
        writer.close()
