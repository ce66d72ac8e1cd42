"""Calls leave the machine only where the deployment lists it, within their time and size."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from engine.calling import Outside, call
from engine.errors import CallFailed, CallRefused
from engine.outside import Allowed, NotAllowed
from tests.receiver import Answer, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def _ask(receiver: Receiver, *, url: str = "", **changed: Any) -> dict[str, Any]:
    request = {
        "method": "POST", "url": url or receiver.url + "/x?y=1", "headers": {}, "body": {"n": 1}, "timeout_s": 5.0,
        "secrets": [], **changed,
    }  # fmt: skip
    secrets = {"crm": "t0ken"}
    outside = Outside(Allowed.read([f"127.0.0.1:{receiver.port}"]), secrets.get, 1000)
    return call(outside, request, key="key-1", element_id="ask")


def test_a_call_sends_json_with_its_key_and_reads_json(receiver: Receiver) -> None:
    receiver.answers = [Answer(201, '{"号":"甲-7"}'.encode())]
    found = _ask(receiver)
    assert (found["status"], found["body"]) == (201, {"号": "甲-7"})
    asked = receiver.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/x?y=1", b'{"n":1}')
    assert asked.headers["idempotency-key"] == "key-1"
    assert asked.headers["content-type"] == "application/json"


def test_text_stays_text_and_nothing_is_null(receiver: Receiver) -> None:
    receiver.answers = [Answer(200, "好".encode("gb18030"), {"Content-Type": "text/plain; charset=gb18030"}),
                        Answer(204, b"", {})]  # fmt: skip
    assert _ask(receiver, body="原文", method="PUT")["body"] == "好"
    assert receiver.asked[0].body == "原文".encode()
    assert _ask(receiver, method="GET", body=None)["body"] is None


def test_a_secret_is_put_in_by_name_and_only_where_the_definition_names_it(receiver: Receiver) -> None:
    _ask(receiver, headers={"Authorization": "Bearer {secret:crm}"}, secrets=["crm"])
    assert receiver.asked[0].headers["authorization"] == "Bearer t0ken"
    for named in ([], ["crm"]):
        with pytest.raises(CallRefused) as refused:
            _ask(receiver, headers={"X-Other": "{secret:other}{secret:crm}"}, secrets=named)
        assert "t0ken" not in str(refused.value)
    assert len(receiver.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["http://localhost:{port}/", "http://127.0.0.1:9/", "https://example.com/", "ftp://127.0.0.1:{port}/", "/x",
     "http://u:p@127.0.0.1:{port}/", "http://127.0.0.1:{port}/a b", "http://127.0.0.1:{port}/\r\nX: y",
     "http://127.0.0.1:99999/", "http://[::1]:{port}/", "http://127.0.0.1:{port}/村"],
)  # fmt: skip
def test_what_is_not_listed_is_not_called(receiver: Receiver, url: str) -> None:
    with pytest.raises(CallRefused):
        _ask(receiver, url=url.format(port=receiver.port))
    assert receiver.asked == []


@pytest.mark.parametrize("headers", [{"X-A": "a\r\nX-B: b"}, {"X A": "a"}, {"": "a"}, {"X-A": "村"}])
def test_a_value_cannot_smuggle_a_header(receiver: Receiver, headers: dict[str, str]) -> None:
    with pytest.raises(CallRefused):
        _ask(receiver, headers=headers)
    assert receiver.asked == []


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers = [Answer(302, b"", {"Location": receiver.url + "/elsewhere"})]
    assert _ask(receiver)["status"] == 302
    assert len(receiver.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(pause_s=8.0), Answer(body=b"[" + b" " * 120 + b"]", pause_s=0.1, drips=True)],
    ids=["late", "drips"],
)
def test_a_slow_answer_is_cut_off_after_its_time_in_all(receiver: Receiver, answer: Answer) -> None:
    receiver.answers = [answer]
    began = time.monotonic()
    with pytest.raises(CallFailed) as failed:
        _ask(receiver, timeout_s=0.5)
    assert time.monotonic() - began < 6
    assert failed.value.fields["status"] is None


@pytest.mark.parametrize(
    ("answer", "status"), [(Answer(body=b"[" + b"1," * 600 + b"1]"), 200), (Answer(body=b"{not json"), 200)]
)
def test_an_answer_that_is_too_large_or_no_json_is_not_taken(receiver: Receiver, answer: Answer, status: int) -> None:
    receiver.answers = [answer]
    with pytest.raises(CallFailed) as failed:
        _ask(receiver)
    assert failed.value.fields["status"] == status


def test_nobody_listening_is_a_failure_that_may_pass() -> None:
    with receiving() as gone:
        pass
    with pytest.raises(CallFailed) as failed:
        _ask(gone)
    assert failed.value.fields["status"] is None


def test_a_name_must_be_listed_and_its_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"crm.example.cn": "10.1.2.3", "map.example.cn": "8.8.8.8", "both.example.cn": "8.8.8.8 127.0.0.1"}

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        return [(2, 1, 6, "", (text, port)) for text in answers[host].split()]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    allowed = Allowed.read(["*.example.cn", "crm.example.cn:8080"])
    assert allowed.address_of("map.example.cn", 443) == "8.8.8.8"
    for host, port in (("crm.example.cn", 443), ("both.example.cn", 443), ("map.example.cn", 8080), ("map.cn", 443)):
        with pytest.raises(NotAllowed):
            allowed.address_of(host, port)
    inside = Allowed.read(["*.example.cn", "crm.example.cn:8080", "10.0.0.0/8"])
    assert inside.address_of("crm.example.cn", 8080) == "10.1.2.3"
    with pytest.raises(NotAllowed):
        inside.address_of("10.1.2.3", 443)


def test_a_host_name_no_name_server_knows_is_refused_like_any_other() -> None:
    outside = Outside(Allowed.read(["*.example.com"]))
    request = {"method": "GET", "url": f"http://{'a' * 64}.example.com/", "headers": {}, "body": None,
               "timeout_s": 5.0, "secrets": []}  # fmt: skip
    with pytest.raises(CallRefused):
        call(outside, request, key="key-1", element_id="ask")


def test_the_time_of_a_call_counts_a_handshake_that_drips() -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                # The head of a TLS record that promises more than ever comes.
                for byte in b"\x16\x03\x03\x40\x00" + bytes(200):
                    connection.sendall(bytes([byte]))
                    if ended.wait(0.05):
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        request = {"method": "GET", "url": f"https://127.0.0.1:{port}/", "headers": {}, "body": None,
                   "timeout_s": 0.3, "secrets": []}  # fmt: skip
        with pytest.raises(CallFailed):
            call(Outside(Allowed.read([f"127.0.0.1:{port}"])), request, key="key-1", element_id="ask")
        assert time.monotonic() - began < 6
        ended.set()
        thread.join(5)


def test_the_time_of_a_call_counts_a_name_server_that_says_nothing() -> None:
    answered = threading.Event()

    class Silent(Allowed):
        def address_of(self, host: str, port: int) -> str:
            answered.wait(10)
            return host

    request = {"method": "GET", "url": "http://example.com/", "headers": {}, "body": None, "timeout_s": 0.2,
               "secrets": []}  # fmt: skip
    with pytest.raises(CallFailed) as failed:
        call(Outside(Silent()), request, key="key-1", element_id="ask")
    answered.set()
    assert failed.value.fields["why"] == "没有按时答复"
