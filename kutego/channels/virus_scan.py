"""A look at every upload by ClamAV, where `KUTEGO_CLAMD` names its daemon.

The bytes travel in the conversation itself (INSTREAM, clamd(8)), so that the daemon may run on
another machine and needs no right to read our files.
"""

import socket
from contextlib import closing
from struct import pack

from flask import current_app

PIECE = 64 * 1024
PATIENCE = 60  # seconds; a large archive takes the daemon a while
LONGEST_ANSWER = 4096


class ScanFailed(Exception):
    """The daemon could not be asked, or has not looked at the bytes."""


def found_virus(data: bytes) -> str | None:
    """The name of the virus in `data`; None where there is none, or no daemon is configured."""
    address = current_app.config["KUTEGO"].clamd
    if address is None:
        return None
    try:
        with closing(_connected(address)) as connection:
            answer = _asked(connection, data)
    except OSError as error:
        raise ScanFailed(f"clamd at {address}: {error}") from error
    what = answer.partition(": ")[2]
    if what == "OK":
        return None
    if what.endswith(" FOUND"):
        return what.removesuffix(" FOUND")
    raise ScanFailed(f"clamd at {address}: {answer or 'no answer'}")


def _connected(address: str) -> socket.socket:
    """`host:port`, or the path of a socket."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _asked(connection: socket.socket, data: bytes) -> str:
    """Each piece follows its length; a length of zero ends them. The answer ends in a zero byte."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            connection.sendall(pack("!I", len(piece)) + piece)
        connection.sendall(pack("!I", 0))
    except BrokenPipeError:
        pass  # more than the daemon takes: it says so before it hangs up
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        received = connection.recv(1024)
        if not received:
            break
        answer += received
    return answer.rstrip(b"\0").decode(errors="replace").strip()
