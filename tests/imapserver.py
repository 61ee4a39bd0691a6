"""A real IMAP server on a free port, small, which can be told to misbehave."""

import re
import socketserver
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class ImapServer:
    """One mailbox. `mails` are pairs of number and bytes; the other attributes change its manners.

    `dies_at`: the connection breaks off in the middle of the mail with this number, once.
    """

    def __init__(self, user="buero", password='pa ss"wort'):
        self.user, self.password = user, password
        self.uid_validity = 7
        self.mails = []
        self.folders = {"INBOX"}
        self.dies_at = None
        self.fetched = []
        self.changed = []  # what was asked that would change the mailbox

    def add(self, raw, arrived=None):
        """Let a mail come in."""
        raw = raw if isinstance(raw, bytes) else raw.as_bytes()
        number = self.mails[-1][0] + 1 if self.mails else 41
        self.mails.append((number, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), arrived))
        return number

    def renumber(self):
        """All mails get other numbers, as after a restore."""
        self.uid_validity += 1
        self.mails = [(n + 1, raw, at) for n, (_old, raw, at) in enumerate(self.mails)]


class _Session(socketserver.StreamRequestHandler):
    @property
    def box(self):
        return self.server.box

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _blank, rest = line.partition(" ")
            command, _blank, arguments = rest.partition(" ")
            if command.upper() == "LOGOUT":
                self.say("* BYE")
                self.say(f"{tag} OK bye")
                return
            try:
                answer = getattr(self, f"do_{command.lower()}", self.unknown)(arguments)
            except ConnectionAbortedError:
                return
            self.say(f"{tag} {answer}")

    def unknown(self, arguments):
        self.box.changed.append(arguments)
        return "BAD unknown"

    def do_capability(self, _arguments):
        self.say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def do_login(self, arguments):
        user, _blank, password = arguments.partition(" ")
        password = re.sub(r"\\(.)", r"\1", password.strip('"').replace('\\"', '"'))
        is_right = (user.strip('"'), password) == (self.box.user, self.box.password)
        return "OK welcome" if is_right else "NO [AUTHENTICATIONFAILED] who are you"

    def do_examine(self, folder):
        if folder.strip('"') not in self.box.folders:
            return "NO no such mailbox"
        following = self.box.mails[-1][0] + 1 if self.box.mails else 41
        self.say(f"* {len(self.box.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.box.uid_validity}] valid")
        self.say(f"* OK [UIDNEXT {following}] next")
        return "OK [READ-ONLY] done"

    def do_uid(self, arguments):
        command, _blank, rest = arguments.partition(" ")
        return {"SEARCH": self.search, "FETCH": self.fetch}.get(command, self.unknown)(rest)

    def search(self, criteria):
        found = [number for number, *_rest in self.box.mails]
        if (since := re.fullmatch(r"SINCE (\d+)-(\w+)-(\d+)", criteria)) is not None:
            day = datetime(int(since[3]), MONTHS.index(since[2]) + 1, int(since[1]), tzinfo=UTC)
            found = [n for n, _raw, at in self.box.mails if at is None or at >= day]
        elif (after := re.fullmatch(r"UID (\d+):\*", criteria)) is not None:
            found = [n for n in found if n >= int(after[1])] or found[-1:]  # as real ones do
        self.say("* SEARCH " + " ".join(map(str, found)))
        return "OK done"

    def fetch(self, arguments):
        uid, what = arguments.split(" ", 1)
        place, raw = next(
            ((n + 1, raw) for n, (each, raw, _at) in enumerate(self.box.mails) if each == int(uid)),
            (0, b""),
        )
        if not place:
            return "OK nothing"
        if "SIZE" in what:
            self.say(f"* {place} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return "OK done"
        self.wfile.write(f"* {place} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode())
        if self.box.dies_at == int(uid):
            self.box.dies_at = None
            self.wfile.write(raw[: len(raw) // 2])
            raise ConnectionAbortedError
        self.wfile.write(raw + b")\r\n")
        self.box.fetched.append(int(uid))
        return "OK done"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running(box=None):
    """Serve and yield a mailbox that knows its `port`."""
    box = box or ImapServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box, box.port = box, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
