"""What a browser is told about pages, and what may not stand in any of them."""

import re
from pathlib import Path

import pytest
import structlog
from django.test import Client
from pytest_django import Settings as DjangoSettings
from visitors import somebody, visitor

import frontis.studio.pages
from frontis.model.account import KeyKind
from frontis.studio.accounts import register
from frontis.studio.pages.static import digest_of

pytestmark = pytest.mark.django_db
TEMPLATES = sorted(Path(frontis.studio.pages.__file__).parent.glob("templates/**/*.html"))
OPEN = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/settings/none", "/accounts/x/y/"]
OWN = ["/settings", "/settings/keys", "/settings/projects", "/settings/account", "/accounts/email/"]


def test_every_page_may_do_nothing_but_show_itself_and_send_its_forms_here() -> None:
    for browser, pages in ((visitor(), OPEN), (visitor(somebody("alice@example.com")), OWN)):
        for page in pages:
            headers = browser.get(page).headers
            policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
            assert policy == {
                "default-src": "'none'",
                "img-src": "'self'",
                "style-src": "'self'",
                "base-uri": "'none'",
                "frame-ancestors": "'none'",
                "form-action": "'self'",
            }, page
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["X-Frame-Options"] == "DENY"
            assert "no-store" in headers["Cache-Control"], page


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_template_has_scripts_or_styles_of_its_own(template: Path) -> None:
    assert not re.search(
        r"<script|<style|\sstyle=|\son\w+=|javascript:|\|safe\b|autoescape", template.read_text("utf-8")
    )


def test_cookies_are_for_us_alone(settings: DjangoSettings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = visitor(somebody("alice@example.com"))
    register.create_key(somebody("bob@example.com"), KeyKind.OSIG, name="Bob's")
    browser.post("/settings/keys", {"kind": "osig", "name": "Key", "once": "1"})
    answer = browser.get("/settings/keys")
    cookies = {**browser.cookies, **answer.cookies}
    assert set(cookies) == {"sessionid", "csrftoken"}
    fresh = visitor().get("/accounts/login/").cookies["csrftoken"]
    session = browser.post("/settings/keys", {"kind": "osig", "name": "Key", "once": "2"}).cookies["sessionid"]
    for cookie in (fresh, session):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["secure"]
        assert not cookie["domain"]


class TestWhatWentWrong:
    def test_a_page_that_is_not_there_says_so_in_our_frame(self) -> None:
        answer = visitor().get("/settings/nothing?secret=hunter2")
        assert answer.status_code == 404
        said = answer.content.decode()
        assert "There is nothing here" in said
        assert 'href="/assets/pages.css"' in said
        assert "hunter2" not in said

    def test_a_fault_of_ours_tells_nothing_but_that(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def break_down(*_: object) -> None:
            raise RuntimeError("the database password is hunter2")

        alice = somebody("alice@example.com")
        browser = visitor(alice)
        browser.raise_request_exception = False
        monkeypatch.setattr("frontis.studio.pages.overview.meters", break_down)
        with structlog.testing.capture_logs() as lines:
            answer = browser.get("/settings?token=hunter3")
        assert answer.status_code == 500
        said = answer.content.decode()
        assert "Something broke here" in said
        assert "hunter" not in said
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        # The trace is added where the line is written.
        assert lines == [
            {"event": "page failed unexpectedly", "log_level": "error", "exc_info": True, "page": "settings"}
        ]

    def test_other_methods_are_refused(self) -> None:
        browser = visitor(somebody("alice@example.com"))
        assert browser.post("/settings").status_code == 405
        assert browser.put("/settings/keys").status_code == 405

    def test_the_settings_have_one_address(self) -> None:
        assert Client().get("/settings/")["Location"] == "/settings"


class TestFiles:
    def test_a_file_that_is_named_by_its_content_is_kept_for_ever(self) -> None:
        page = visitor().get("/accounts/login/").content.decode()
        found = re.search(r'href="(/static/studio\.css\?v=[0-9a-f]{12})"', page)
        assert found
        answer = visitor().get(found[1])
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/css")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"--danger" in answer.content

    @pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
    def test_another_name_of_it_is_kept_a_while(self, query: str) -> None:
        assert visitor().get(f"/static/studio.css{query}")["Cache-Control"] == "max-age=300, public"

    def test_a_file_that_did_not_change_is_not_sent_again(self) -> None:
        browser = visitor()
        first = browser.get("/static/studio.css")
        again = browser.get("/static/studio.css", headers={"if-modified-since": first["Last-Modified"]})
        assert again.status_code == 304
        assert again.content == b""

    @pytest.mark.parametrize("name", ["nothing.css", "../configuration.py", "%2e%2e/configuration.py", ""])
    def test_nothing_else_is_a_file(self, name: str) -> None:
        assert visitor().get(f"/static/{name}").status_code == 404

    def test_a_file_that_is_not_there_has_no_digest(self) -> None:
        assert digest_of("nothing.css") == ""

    def test_the_admin_s_files_are_there_too(self) -> None:
        assert visitor().get("/static/admin/css/base.css").status_code == 200
