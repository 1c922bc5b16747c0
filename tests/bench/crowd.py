"""A crowd at the event stream, in a process of its own: what each listener heard, and when.

`python -m tests.bench.crowd` reads `{port, tickets, seconds}` as JSON, and writes for each message: listener, instant,
what was on the screen, and the message's size.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any

CUT_OFF = -1  # in the place of what was on the screen
PINNED = re.compile(r'data-tap="(\d+)"')


async def listen(number: int, port: int, ticket: str, until: float, heard: list[list[Any]]) -> None:
    """Notes what comes, until the instant (of the machine's monotonic clock)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(f"GET /?ticket={ticket} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    try:
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.monotonic()):
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    message, now = json.loads(line[6:]), time.monotonic()
                    pin = message.get("parts", {}).get("pin", "") if isinstance(message, dict) else ""
                    found = PINNED.search(pin)
                    heard.append([number, now, int(found[1]) if found else 0, len(line)])
        heard.append([number, time.monotonic(), CUT_OFF, 0])
    except ConnectionError:
        heard.append([number, time.monotonic(), CUT_OFF, 0])
    except TimeoutError:
        pass
    finally:
        writer.close()


async def main() -> None:
    """Everybody at once."""
    asked = json.loads(sys.stdin.readline())
    heard: list[list[Any]] = []
    until = time.monotonic() + asked["seconds"]
    async with asyncio.TaskGroup() as group:
        for number, ticket in enumerate(asked["tickets"]):
            group.create_task(listen(number, asked["port"], ticket, until, heard))
    print(json.dumps(heard))


if __name__ == "__main__":
    asyncio.run(main())
