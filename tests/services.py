"""Real HTTP servers that speak as LetterXpress and seven.io do, and can be told to misbehave."""

import hashlib
import json
import threading
import time
from base64 import b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Service:
    """What arrived is kept in `requests`; `answer` and `silence` change its manners."""

    def __init__(self):
        self.requests = []
        self.answer = None  # (status, JSON) in place of the right one
        self.silence = 0  # seconds before an order is confirmed
        self.orders = {}

    def reply(self, method, path, query, headers, body):
        raise NotImplementedError


class LetterXpress(Service):
    """The LXP API, version 3, as far as letters need it."""

    def reply(self, method, path, query, headers, body):
        if headers.get("Content-Type") != "application/json":
            return 400, {"message": "Bad Request"}
        if body["auth"] != {"username": "pfote", "apikey": "geheim", "mode": "test"}:
            return 401, {"message": "Unauthorized."}
        if (method, path) == ("POST", "/v3/printjobs"):
            return self._order(body["letter"])
        if method == "GET" and path.startswith("/v3/printjobs/"):
            return 200, {"status": 200, "message": "OK",
                         "data": self.orders[int(path.rsplit("/", 1)[1])]}  # fmt: skip
        return 404, {"message": "Not Found"}

    def _order(self, letter):
        text = letter["base64_file"]
        if hashlib.md5(text.encode()).hexdigest() != letter["base64_file_checksum"]:
            return 422, {"message": "base64_file_checksum"}
        assert b64decode(text).startswith(b"%PDF-")
        number = 6035143 + len(self.orders)
        job = {"id": number, "status": "queue", "notice": letter["notice"],
               "items": [{"address": "…", "pages": 1, "amount": 0.68, "vat": 0.13,
                          "status": "queue"}]}  # fmt: skip
        self.orders[number] = job
        return 200, {"status": 200, "message": "OK", "data": job}


class Seven(Service):
    """seven.io: `/api/sms`, and the logbook."""

    def reply(self, method, path, query, headers, body):
        if headers.get("X-Api-Key") != "geheim":
            return 200, "900"
        if (method, path) == ("POST", "/api/sms"):
            number = f"7723171557{len(self.orders)}"
            self.orders[number] = {
                "id": number, "to": body["to"], "from": body.get("from"), "text": body["text"],
                "price": "0.0750", "dlr": None, "foreign_id": body["foreign_id"],
            }  # fmt: skip
            sent = {"id": number, "recipient": body["to"].lstrip("+"), "parts": 1, "price": 0.075,
                    "success": True, "error": None, "error_text": None}  # fmt: skip
            return 200, {"success": "100", "total_price": 0.075, "messages": [sent]}
        if (method, path) == ("GET", "/api/journal/outbound"):
            rows = self.orders.values()
            if "id" in query:
                return 200, [row for row in rows if row["id"] == query["id"][0]]
            return 200, [row for row in rows if row["to"] == query["to"][0]]
        return 404, {"message": "Not Found"}


@contextmanager
def running(service):
    """Serve on a free port and yield the service with its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._serve("GET")

        def do_POST(self):
            self._serve("POST")

        def _serve(self, method):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            service.requests.append((method, parts.path, body))
            reply = service.reply(method, parts.path, parse_qs(parts.query), self.headers, body)
            status, data = service.answer or reply
            if method == "POST":
                time.sleep(service.silence)
            content = json.dumps(data).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                pass  # whoever asked has hung up

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
