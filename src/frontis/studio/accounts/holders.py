"""Finds, in the database, who stands behind a key, and makes nouns of rows."""

import hmac

from django.db.models import Q

from frontis.model import account as nouns
from frontis.settings import Settings
from frontis.studio.accounts.keys import signing_secret_of
from frontis.studio.accounts.models import Key, Plan, Project


def find_holder(digest: str, settings: Settings) -> nouns.Holder | None:
    """The holder of the key with that digest, or None where the key opens nothing."""
    key = (
        Key.objects.filter(Q(project=None) | Q(project__is_active=True))
        .filter(digest=digest, revoked_at=None, account__is_active=True)
        .select_related("account__plan", "project")
        .prefetch_related("account__plan__allowances", "project__domains")
        .first()
    )
    if key is None or not hmac.compare_digest(key.digest, digest):
        return None
    if key.project is not None and key.project.account_id != key.account_id:
        # The register binds keys to projects of their own account only.
        return None
    plan = plan_of(key.account.plan, settings)
    return nouns.Holder(
        account=key.account_id,
        key=key.pk,
        kind=nouns.KeyKind(key.kind),
        plan=plan,
        project=_project_of(key.project, plan) if key.project is not None else None,
        is_superuser=key.account.is_superuser,
    )


def find_project(public_id: str, settings: Settings) -> nouns.Project | None:
    """The project of that public id, or None where it or its account is not active."""
    project = (
        Project.objects.filter(public_id=public_id, is_active=True, account__is_active=True)
        .select_related("account__plan")
        .prefetch_related("account__plan__allowances", "domains")
        .first()
    )
    return _project_of(project, plan_of(project.account.plan, settings)) if project is not None else None


def plan_of(row: Plan, settings: Settings) -> nouns.Plan:
    """The plan of a row, with every number decided."""
    return nouns.Plan(
        name=row.name,
        is_watermarked=row.is_watermarked,
        may_use_urlpix=row.may_use_urlpix,
        ai_standard_per_month=row.ai_standard_per_month,
        ai_pro_per_month=row.ai_pro_per_month,
        allowances={
            each.dialect: nouns.Allowance(
                requests_per_minute=each.requests_per_minute,
                images_per_day=_decided(each.images_per_day, settings.daily_usage_limit),
                images_per_month=_decided(each.images_per_month, settings.monthly_usage_limit),
            )
            for each in row.allowances.all()
        },
    )


def _decided(own: int | None, otherwise: int) -> int:
    # OSIG's own variables may be negative, which is no limit there as well.
    return max(0, otherwise if own is None else own)


def _project_of(row: Project, plan: nouns.Plan) -> nouns.Project:
    return nouns.Project(
        number=row.pk,
        public_id=row.public_id,
        account=row.account_id,
        plan=plan,
        is_active=row.is_active,
        domains=tuple(each.host for each in row.domains.all()),
        signing_secret=signing_secret_of(row.public_id, row.signing_salt),
        requires_signature=row.requires_signature,
    )
