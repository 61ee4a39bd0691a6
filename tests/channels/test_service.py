"""One request to a service: what left the house, what did not, and whom we believe."""

import socket
import ssl
from contextlib import contextmanager
from threading import Thread

import pytest

from kutego.channels.service import Endpoint, NotReached, Unanswered, call
from tests.mailserver import certificate, free_port, silent_port


@contextmanager
def answering(answer, context=None):
    """A server that reads one request and answers with these bytes; none: it hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            try:
                talk, _peer = listener.accept()
                if context is not None:
                    talk = context.wrap_socket(talk, server_side=True)
                with talk:
                    talk.recv(65536)
                    talk.sendall(answer)
            except OSError:
                pass  # the caller did not trust us

        thread = Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


def ask(url, **times):
    seen = []
    answer = call(Endpoint(url, **times), "GET", "/x", before=lambda: seen.append(1))
    return answer, seen


def test_an_answer_is_read_whatever_it_is():
    reply = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"a": 1.50}'
    with answering(reply) as port:
        answer, seen = ask(f"http://127.0.0.1:{port}/api")
    assert (answer.status, answer.data, seen) == (200, {"a": 1.5}, [1])

    with answering(b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>") as port:
        answer, _seen = ask(f"http://127.0.0.1:{port}/api")
    assert (answer.status, answer.data, answer.told) == (502, "<html>", "502 <html>")


def test_what_was_never_reached_may_be_tried_again():
    with pytest.raises(NotReached, match="ist nicht erreichbar"):
        ask(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotReached, match="nicht zu finden"):
        ask("http://gibt-es-nicht.invalid")


@pytest.mark.parametrize("answer", [b"", b"SMTP ready\r\n\r\n"])
def test_a_service_that_hangs_up_or_babbles_after_the_request_leaves_doubt(answer):
    with answering(answer) as port, pytest.raises(Unanswered, match="Bestätigung"):
        ask(f"http://127.0.0.1:{port}")


def test_a_service_that_never_answers_leaves_doubt_after_the_time_out():
    with silent_port() as port, pytest.raises(Unanswered, match="keine Antwort"):
        ask(f"http://127.0.0.1:{port}", answer=0.2)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path):
    _path, context = certificate(tmp_path)
    assert isinstance(context, ssl.SSLContext)
    with (
        answering(b"HTTP/1.1 200 OK\r\n\r\n", context) as port,
        pytest.raises(NotReached, match="Zertifikat des Dienstes localhost ist nicht gültig"),
    ):
        ask(f"https://localhost:{port}")
