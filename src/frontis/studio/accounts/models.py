"""The tables of accounts."""

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from frontis.model.account import KeyKind

PUBLIC_ID_BYTES = 6


class Plan(models.Model):
    """What the accounts that have it may do. Every number: 0 is no limit, but for the AI pictures, where it is none."""

    name = models.SlugField(max_length=40, unique=True)
    is_watermarked = models.BooleanField(default=True, help_text="Cards bear FRONTIS_WATERMARK.")
    may_use_urlpix = models.BooleanField(default=False, verbose_name="may use URLPix's /v1/og")
    ai_standard_per_month = models.PositiveIntegerField(default=0, verbose_name="AI pictures a month, standard models")
    ai_pro_per_month = models.PositiveIntegerField(default=0, verbose_name="AI pictures a month, pro models")
    most_projects = models.PositiveIntegerField(default=0, help_text="0: no limit.")
    most_domains = models.PositiveIntegerField(default=0, help_text="Of each project. 0: no limit.")
    most_keys = models.PositiveIntegerField(default=0, help_text="Not counting the revoked ones. 0: no limit.")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class PlanAllowance(models.Model):
    """What a plan allows in one dialect. Where a dialect has no row, it is unlimited."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="allowances")
    dialect = models.CharField(max_length=20)
    requests_per_minute = models.PositiveIntegerField(default=0, help_text="0: no limit.")
    images_per_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="0: no limit. Empty: what OSIG_DAILY_USAGE_LIMIT says."
    )
    images_per_month = models.PositiveIntegerField(
        null=True, blank=True, help_text="0: no limit. Empty: what OSIG_MONTHLY_USAGE_LIMIT says."
    )

    class Meta:
        ordering: ClassVar = ["dialect"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "dialect"], name="one_allowance_a_dialect")]

    def __str__(self) -> str:
        return f"{self.plan} in {self.dialect}"


class AccountManager(BaseUserManager["Account"]):
    """Finds and makes accounts; an e-mail address is the same in upper and lower case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of an e-mail address."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":  # noqa: ANN401  (Django's signature)
        """A new account, saved. Without a password nobody can sign in to it."""
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody with an e-mail address and a plan."""

    email = models.EmailField(max_length=254, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True, help_text="Without it nobody can sign in, and the keys do nothing.")
    is_staff = models.BooleanField(default=False, help_text="May see the admin.")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering: ClassVar = ["email"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_account_an_address")]

    def __str__(self) -> str:
        return self.email


def new_public_id() -> str:
    """12 hexadecimal digits that nobody can guess."""
    return secrets.token_hex(PUBLIC_ID_BYTES)


class Project(models.Model):
    """A site of an account.

    signing_salt: "" for a project without a signing secret of its own. The secret is never stored: it follows from this
    and FRONTIS_SECRET_KEY.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=100)
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    is_active = models.BooleanField(default=True)
    requires_signature = models.BooleanField(default=False, help_text="Refuse addresses that are not signed.")
    signing_salt = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """A host name whose pages belong to a project, in lower case, with a port where it is not the usual one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=259)

    class Meta:
        ordering: ClassVar = ["host"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "host"], name="a_domain_once")]

    def __str__(self) -> str:
        return self.host


class Key(models.Model):
    """A key that was given out. What is kept of it: how it begins, and an HMAC digest of it.

    A key that is bound to a project ends with it: it must never come to open more than it did.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="keys")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="keys", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in KeyKind])
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class AuditEntry(models.Model):
    """Something that an owner or an admin changed.

    actor: who did it; None for a command, or when that account is gone. subject: what was changed, such as "key 12".
    detail: what was changed about it, in words. It never holds a key or a password, and is emptied when the account is
    deleted that it is about. about: the number of that account, which outlives it.
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.CharField(max_length=500, blank=True)
    about = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        verbose_name = "entry of the audit log"
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
