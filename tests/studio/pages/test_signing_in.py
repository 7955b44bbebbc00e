"""Signing up and in: by mailed links, without telling who has an account, and not as often as one likes."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from pytest_django import Settings as DjangoSettings
from visitors import PASSWORD, link_in_mail, somebody, visitor

from frontis.settings import Settings
from frontis.studio.accounts.models import Account, AuditEntry
from frontis.studio.pages.adapters import AccountAdapter

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "four other quiet words"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: DjangoSettings) -> None:
    """What takes a third of a second each time would take most of the time of these tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_up(browser: Client, email: str, password: str = PASSWORD) -> str:
    """The page that follows, without what differs each time."""
    answer = browser.post("/accounts/signup/", {"email": email, "password1": password}, follow=True)
    assert answer.status_code == 200
    return without_tokens(answer.content.decode()) + str(answer.redirect_chain)


def sign_in(browser: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    answer = browser.post("/accounts/login/", {"login": email, "password": password, **more})
    return answer.get("Location", "") or without_tokens(answer.content.decode())


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


class TestSigningUp:
    def test_the_mailed_link_is_the_way_in(self) -> None:
        browser = visitor()
        sign_up(browser, "Alice@Example.com")
        assert not is_signed_in(browser)
        account = Account.objects.get()
        assert account.email == "alice@example.com"
        assert account.plan.name == "free"
        page = browser.get(link_in_mail())
        assert "Is <b>alice@example.com</b> yours?" in page.content.decode()
        assert not EmailAddress.objects.get().verified, "a program that looks at links has confirmed it"
        assert browser.post(link_in_mail())["Location"] == "/settings"
        assert is_signed_in(browser)
        assert EmailAddress.objects.get().verified
        assert AuditEntry.objects.get(action="signed up").actor == account

    def test_the_plan_is_the_operators(self, settings: DjangoSettings) -> None:
        settings.FRONTIS = Settings(default_plan="pro")
        sign_up(visitor(), "alice@example.com")
        assert Account.objects.get().plan.name == "pro"

    def test_nobody_is_let_in_before(self) -> None:
        browser = visitor()
        sign_up(browser, "alice@example.com")
        assert sign_in(browser, "alice@example.com") == "/accounts/confirm-email/"
        assert not is_signed_in(browser)
        assert browser.get("/settings").status_code == 302

    def test_the_link_signs_nobody_in_who_did_not_sign_up_in_that_browser(self) -> None:
        sign_up(visitor(), "alice@example.com")
        other = visitor()
        assert other.post(link_in_mail())["Location"] == "/accounts/login/"
        assert not is_signed_in(other)

    def test_it_tells_nobody_who_has_an_account(self) -> None:
        somebody("taken@example.com")
        fresh = sign_up(visitor(), "fresh@example.com")
        taken = sign_up(visitor(), "taken@example.com")
        assert fresh.replace("fresh", "taken") == taken
        assert [message.to for message in mail.outbox] == [["fresh@example.com"], ["taken@example.com"]]
        assert "has an account already" in str(mail.outbox[1].body)
        assert Account.objects.count() == 2

    def test_both_take_the_time_of_a_password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        somebody("taken@example.com")
        hashed: list[str] = []
        monkeypatch.setattr("frontis.studio.pages.entrance.make_password", hashed.append)
        sign_up(visitor(), "taken@example.com")
        assert hashed == [PASSWORD]

    @pytest.mark.django_db(transaction=True)
    def test_two_at_the_same_moment_make_one_account(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The second looked for the address before the first was there.
        sign_up(visitor(), "alice@example.com")
        monkeypatch.setattr(
            "allauth.account.forms.BaseSignupForm.validate_unique_email", lambda _, email: email, raising=True
        )
        said = sign_up(visitor(), "alice@example.com")
        assert "Look into your mail" in said
        assert Account.objects.count() == 1

    @pytest.mark.parametrize("password", ["short", "password1234", "alice@example.com"])
    def test_a_password_that_is_guessed_at_once_is_refused(self, password: str) -> None:
        assert "errorlist" in sign_up(visitor(), "alice@example.com", password)
        assert not Account.objects.exists()


class TestSigningIn:
    def test_it_leads_to_the_settings_or_back_to_the_page(self) -> None:
        somebody("alice@example.com", password=PASSWORD)
        assert sign_in(visitor(), "ALICE@example.com") == "/settings"
        assert sign_in(visitor(), "alice@example.com", next="/settings/keys") == "/settings/keys"

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_it_never_leads_elsewhere(self, elsewhere: str) -> None:
        somebody("alice@example.com", password=PASSWORD)
        assert sign_in(visitor(), "alice@example.com", next=elsewhere) == "/settings"
        browser = visitor(Account.objects.get())
        assert browser.get("/accounts/login/", {"next": elsewhere})["Location"] == "/settings"
        assert "evil" not in browser.post("/accounts/logout/", {"next": elsewhere})["Location"]

    def test_a_wrong_password_and_an_unknown_address_are_told_alike(self) -> None:
        somebody("alice@example.com", password=PASSWORD)
        wrong = sign_in(visitor(), "alice@example.com", "a wrong password")
        unknown = sign_in(visitor(), "nobody@example.com", "a wrong password")
        assert "are not correct" in wrong
        assert wrong.replace("alice", "nobody") == unknown

    def test_after_five_wrong_passwords_the_right_one_has_to_wait(self) -> None:
        somebody("alice@example.com", password=PASSWORD)
        browser = visitor()
        for host in ("one.example", "two.example", "three.example", "four.example", "five.example"):
            # Another name for this host makes no new account of attempts.
            browser.post(
                "/accounts/login/", {"login": "alice@example.com", "password": "wrong"}, headers={"host": host}
            )
        assert "Too many" in sign_in(browser, "alice@example.com")
        assert not is_signed_in(browser)

    def test_one_address_tries_thirty_times_a_minute_at_most(self) -> None:
        browser = visitor()
        answers = [browser.post("/accounts/login/", {}).status_code for _ in range(31)]
        assert set(answers[:30]) == {200}
        assert answers[30] == 429
        assert browser.post("/accounts/login/", {}, REMOTE_ADDR="192.0.2.7").status_code == 200

    def test_a_closed_account_does_not_get_in(self) -> None:
        alice = somebody("alice@example.com", password=PASSWORD)
        alice.is_active = False
        alice.save()
        browser = visitor()
        assert sign_in(browser, "alice@example.com") == "/accounts/inactive/"
        assert not is_signed_in(browser)

    def test_signing_out_takes_a_form(self) -> None:
        browser = visitor(somebody("alice@example.com"))
        assert "Sign out?" in browser.get("/accounts/logout/").content.decode()
        assert is_signed_in(browser)
        browser.post("/accounts/logout/")
        assert not is_signed_in(browser)

    def test_another_program_s_accept_header_changes_nothing(self) -> None:
        answer = visitor().get("/accounts/login/", headers={"accept": "application/json"})
        assert answer["Content-Type"].startswith("text/html")


class TestPasswords:
    def test_a_forgotten_one_is_replaced_by_a_link_that_is_good_once(self) -> None:
        somebody("alice@example.com", password=PASSWORD)
        signed_in_elsewhere = visitor()
        sign_in(signed_in_elsewhere, "alice@example.com")
        browser = visitor()
        browser.post("/accounts/password/reset/", {"email": "alice@example.com"})
        link = link_in_mail()
        form = browser.get(link)["Location"]
        assert link not in form
        assert browser.post(form, {"password1": NEW_PASSWORD}).status_code == 302
        assert sign_in(visitor(), "alice@example.com", NEW_PASSWORD) == "/settings"
        assert "not good any more" in visitor().get(link).content.decode()
        assert signed_in_elsewhere.get("/settings").status_code == 302, "who had the old password is still in"
        assert "was changed" in str(mail.outbox[-1].body)
        assert AuditEntry.objects.filter(action="password reset").exists()

    def test_asking_for_one_tells_nobody_who_has_an_account(self) -> None:
        somebody("alice@example.com")
        pages = [
            without_tokens(visitor().post("/accounts/password/reset/", {"email": email}, follow=True).content.decode())
            for email in ("alice@example.com", "nobody@example.com")
        ]
        assert pages[0] == pages[1]

    def test_it_is_changed_by_who_knows_it(self) -> None:
        alice = somebody("alice@example.com", password=PASSWORD)
        browser = visitor(alice)
        page = "/accounts/password/change/"
        assert "errorlist" in browser.post(page, {"oldpassword": "wrong", "password1": NEW_PASSWORD}).content.decode()
        assert (
            browser.post(page, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})["Location"] == "/settings/account"
        )
        alice.refresh_from_db()
        assert alice.check_password(NEW_PASSWORD)
        assert browser.get("/settings").status_code == 200
        assert AuditEntry.objects.get(action="password changed").actor == alice

    def test_links_lead_to_the_public_address_whatever_the_request_says(self, settings: DjangoSettings) -> None:
        somebody("alice@example.com")
        settings.FRONTIS = Settings(public_url="https://og.example.com")
        visitor().post("/accounts/password/reset/", {"email": "alice@example.com"}, headers={"host": "evil.example"})
        links = re.findall(r"https?://\S+", str(mail.outbox[-1].body))
        assert {link.split("/accounts/")[0] for link in links} == {"https://og.example.com"}
        assert "evil.example" not in str(mail.outbox[-1].body)


class TestAddresses:
    def change(self, browser: Client, email: str) -> str:
        """Ask for another address, with the password when it is asked for. The page that follows."""
        answer = browser.post("/accounts/email/", {"email": email, "action_add": "1"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
        return browser.post(answer["Location"], {"password": PASSWORD}, follow=True).content.decode()

    def test_another_one_counts_when_its_link_was_followed(self) -> None:
        alice = somebody("alice@example.com", password=PASSWORD)
        browser = visitor(alice)
        said = self.change(browser, "new@example.com")
        assert "A link goes to <b>new@example.com</b>" in said
        alice.refresh_from_db()
        assert alice.email == "alice@example.com"
        browser.post(link_in_mail())
        alice.refresh_from_db()
        assert alice.email == "new@example.com"
        assert mail.outbox[-1].to == ["alice@example.com"], "whom it was taken from is not told"
        assert AuditEntry.objects.get(action="e-mail changed").actor == alice

    def test_one_that_another_account_has_is_not_given_twice(self) -> None:
        somebody("bob@example.com")
        alice = somebody("alice@example.com", password=PASSWORD)
        browser = visitor(alice)
        self.change(browser, "bob@example.com")
        browser.post(link_in_mail())
        alice.refresh_from_db()
        assert alice.email == "alice@example.com"

    @pytest.mark.django_db(transaction=True)
    def test_nor_one_that_somebody_signed_up_with_meanwhile(self) -> None:
        alice = somebody("alice@example.com", password=PASSWORD)
        browser = visitor(alice)
        self.change(browser, "new@example.com")
        link = link_in_mail()
        somebody("new@example.com", is_verified=False)
        answer = browser.post(link, follow=True)
        assert answer.status_code == 200
        assert "belongs to another account" in answer.content.decode()
        alice.refresh_from_db()
        assert alice.email == "alice@example.com"


class TestMailThatCannotBeSent:
    @pytest.fixture(autouse=True)
    def _no_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: object, __: object) -> int:
            raise SMTPServerDisconnected("gone")

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)

    @pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/password/reset/"])
    def test_it_is_said_in_a_page(self, page: str) -> None:
        answer = visitor().post(page, {"email": "alice@example.com", "password1": PASSWORD})
        assert answer.status_code == 503
        assert "could not send the mail" in answer.content.decode()

    def test_what_is_only_told_afterwards_stops_nothing(self) -> None:
        alice = somebody("alice@example.com", password=PASSWORD)
        form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
        assert visitor(alice).post("/accounts/password/change/", form).status_code == 302


def test_a_client_without_an_address_is_counted_all_the_same() -> None:
    browser = visitor()
    assert browser.post("/accounts/login/", {}, REMOTE_ADDR="").status_code == 200


def test_allauth_still_asks_for_the_name_that_attempts_are_counted_by() -> None:
    # It is not public: without it, another Host header would start a new count.
    assert "_get_login_attempts_cache_key" in dir(AccountAdapter.__mro__[1])
    assert django_settings.ACCOUNT_ADAPTER.endswith("AccountAdapter")
