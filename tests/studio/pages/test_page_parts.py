"""Parts of the pages that are seen from outside only when something is set, or missing."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import structlog
from asgiref.testing import ApplicationCommunicator
from django.core.mail import EmailMessage
from django.db import connections
from visitors import visitor

from frontis.errors import BadSetting
from frontis.settings import Settings
from frontis.studio.pages.cache import SharedCache
from frontis.studio.pages.mail import LoggedMail
from frontis.studio.web import LARGEST_BODY, PREFIXES, pages_app

GONE = "redis://127.0.0.1:1/0"


class TestMail:
    def test_without_a_server_it_stands_in_the_log(self) -> None:
        message = EmailMessage("Hello", "Follow\nhttps://og.example.com/x", to=["alice@example.com"])
        with structlog.testing.capture_logs() as lines:
            assert LoggedMail().send_messages([message]) == 1
        assert lines == [
            {
                "event": "mail",
                "log_level": "info",
                "to": ["alice@example.com"],
                "subject": "Hello",
                "text": "Follow\nhttps://og.example.com/x",
            }
        ]

    def test_a_server_needs_the_address_that_links_lead_to(self) -> None:
        with pytest.raises(BadSetting, match="FRONTIS_SMTP_URL: needs FRONTIS_PUBLIC_URL"):
            Settings(smtp_url="smtp://mail.example.com")
        assert Settings(smtp_url="smtp://mail.example.com", public_url="https://og.example.com").smtp_url

    @pytest.mark.parametrize("address", ["smtp://mail.example.com:0", "smtp://mail.example.com:x", "smtp://"])
    def test_an_address_without_a_host_or_with_a_wrong_port_is_refused(self, address: str) -> None:
        with pytest.raises(BadSetting, match="FRONTIS_SMTP_URL"):
            Settings(smtp_url=address, public_url="https://og.example.com")

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("smtp://mail.example.com", "mail.example.com 587  False True"),
            ("smtp://127.0.0.1:1025", "127.0.0.1 1025  False False"),
            ("smtp://a%40b:p%2Fw@mail.example.com:25", "mail.example.com 25 a@b/p/w False True"),
            ("smtps://a:b@mail.example.com", "mail.example.com 465 a/b True False"),
        ],
    )
    def test_a_password_never_goes_over_an_open_line(self, address: str, told: str, tmp_path: Path) -> None:
        program = (
            "from frontis.studio import configuration as c;"
            "who = '/'.join(filter(None, [c.EMAIL_HOST_USER, c.EMAIL_HOST_PASSWORD]));"
            "print(c.EMAIL_HOST, c.EMAIL_PORT, who, c.EMAIL_USE_SSL, c.EMAIL_USE_TLS)"
        )
        assert run(program, tmp_path, FRONTIS_SMTP_URL=address, FRONTIS_PUBLIC_URL="https://x.example") == told


class TestOtherServices:
    @pytest.mark.django_db
    def test_without_their_ids_nobody_is_offered_them(self) -> None:
        assert "GitHub" not in visitor().get("/accounts/login/").content.decode()
        assert visitor().post("/accounts/github/login/").status_code == 404

    def test_with_them_a_form_leads_there(self, tmp_path: Path) -> None:
        program = (
            "import django; django.setup()\n"
            "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
            "from django.test import Client\n"
            "page = Client().get('/accounts/login/')\n"
            "there = Client().post('/accounts/github/login/?process=login', headers={'host': 'og.example.com'})\n"
            "print('with GitHub' in page.content.decode(), 'with Google' in page.content.decode())\n"
            "print(page['Content-Security-Policy'])\n"
            "print(there.status_code, there['Location'])\n"
        )
        said = run(
            program, tmp_path, FRONTIS_GITHUB_CLIENT_ID="frontis-id", FRONTIS_GITHUB_CLIENT_SECRET="hush-hush"
        ).splitlines()
        assert said[0] == "True False"
        assert said[1].endswith("form-action 'self' https://github.com")
        assert said[2].startswith("302 https://github.com/login/oauth/authorize?client_id=frontis-id")
        assert "code_challenge" in said[2]
        assert "hush-hush" not in said[2]


class TestTheSharedCache:
    def test_without_redis_a_process_counts_for_itself_and_says_so_once(self) -> None:
        cache = SharedCache(GONE, {"OPTIONS": {"socket_connect_timeout": 1}})
        with structlog.testing.capture_logs() as lines:
            assert cache.add("attempts", [1], 60)
            assert not cache.add("attempts", [2], 60)
            assert cache.get("attempts") == [1]
            cache.set("attempts", [3])
            assert cache.get("attempts") == [3]
            assert cache.delete("attempts")
            assert cache.get("attempts", "none") == "none"
        assert [line["event"] for line in lines] == ["attempts to sign in are counted in this process alone"]


class TestTheApplication:
    @pytest.mark.django_db(transaction=True)
    def test_it_answers_whole_addresses_wherever_it_is_mounted(self) -> None:
        assert {"/accounts", "/settings", "/admin", "/static"} == set(PREFIXES)
        status, body = asyncio.run(asked("/accounts/login/", root_path="/accounts"))
        assert status == 200
        assert b'action="/accounts/login/"' in body

    @pytest.mark.django_db(transaction=True)
    def test_files_are_sent_without_a_warning(self) -> None:
        status, body = asyncio.run(asked("/static/studio.css"))
        assert status == 200
        assert b"--danger" in body

    @pytest.mark.django_db(transaction=True)
    def test_no_connection_to_the_database_outlives_its_request(self, monkeypatch: pytest.MonkeyPatch) -> None:
        closed: list[str] = []
        close_all = connections.close_all

        def watched() -> None:
            closed.append(threading.current_thread().name)
            close_all()

        monkeypatch.setattr(connections, "close_all", watched)
        asyncio.run(asked("/accounts/login/"))
        assert closed
        assert threading.current_thread().name not in closed

    def test_a_body_that_is_too_large_is_refused_before_anything_is_done_for_it(self) -> None:
        status, _ = asyncio.run(asked("/accounts/login/", body=b"x" * (LARGEST_BODY + 1)))
        assert status == 413

    def test_a_body_that_does_not_come_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("frontis.studio.web.SLOWEST_BODY_SECONDS", 0.05)
        status, _ = asyncio.run(asked("/accounts/login/", body=b"login=", is_whole=False))
        assert status == 408

    def test_a_page_that_hangs_is_given_up_and_holds_its_place_until_it_ends(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ends = asyncio.Event()

        async def hang(*spoken: Any) -> None:
            send = spoken[-1]
            await ends.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"late"})

        monkeypatch.setattr("django.core.handlers.asgi.ASGIHandler.__call__", hang)
        monkeypatch.setattr("frontis.studio.web.MOST_AT_ONCE", 2)

        async def story() -> None:
            pages = pages_app()
            monkeypatch.setattr("frontis.studio.web.SLOWEST_PAGE_SECONDS", 0.05)
            for _ in range(2):
                status, words = await asked("/accounts/login/", pages=pages)
                assert (status, words[:8]) == (503, b"Accounts")
            monkeypatch.setattr("frontis.studio.web.SLOWEST_PAGE_SECONDS", 60)
            # There is no room, so that this one is told at once.
            assert (await asked("/accounts/login/", pages=pages))[0] == 503
            ends.set()
            async with asyncio.timeout(20):
                # Each of them waits for its thread first.
                found = await asked("/accounts/login/", pages=pages)
                while found[0] == 503:
                    found = await asked("/accounts/login/", pages=pages)
            assert found == (200, b"late")

        asyncio.run(story())

    def test_where_the_public_address_is_set_the_host_of_a_request_counts_for_nothing(self, tmp_path: Path) -> None:
        program = """
from frontis.studio.web import _placed
scope = {"headers": [(b"host", b"evil.example"), (b"accept", b"*/*")], "scheme": "http", "root_path": "/accounts"}
print(_placed(scope, "https://og.example.com"), _placed(scope, "")["headers"][0][1])
"""
        told = run(program, tmp_path)
        assert "b'og.example.com'" in told
        assert "'scheme': 'https'" in told
        assert told.count("evil.example") == 1


async def asked(
    path: str, root_path: str = "", *, body: bytes = b"", is_whole: bool = True, pages: Any = None
) -> tuple[int, bytes]:
    """The status and body of the application's answer. body: of the request."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": root_path,
        "query_string": b"",
        "headers": [(b"host", b"og.example.com")],
        "client": ("192.0.2.1", 1234),
        "server": ("127.0.0.1", 8000),
    }
    conversation: Any = ApplicationCommunicator(pages or pages_app(), scope)  # type: ignore[no-untyped-call]
    await conversation.send_input({"type": "http.request", "body": body, "more_body": not is_whole})
    start = await conversation.receive_output(10)
    answer = b""
    while True:
        part = await conversation.receive_output(10)
        answer += part.get("body", b"")
        if not part.get("more_body"):
            await conversation.wait()
            return start["status"], answer


def run(program: str, folder: Path, **settings: str) -> str:
    """What a program prints in a process of its own, with these settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTIS_", "OSIG_"))}
    more = {"FRONTIS_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "frontis.studio.configuration"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment | more | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
