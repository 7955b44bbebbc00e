"""Makes the tables of stored pictures."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_about_whom"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Leftover",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Image",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("word", models.CharField(max_length=40, unique=True)),
                ("place", models.CharField(max_length=64)),
                ("url", models.CharField(max_length=2048)),
                (
                    "kind",
                    models.CharField(
                        choices=[("og", "og"), ("blog_hero", "blog_hero"), ("icon_set", "icon_set")], max_length=10
                    ),
                ),
                ("template", models.CharField(blank=True, max_length=64)),
                ("choices", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("description", models.CharField(blank=True, max_length=500)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("files", models.JSONField()),
                ("source_title", models.TextField(blank=True)),
                ("source_description", models.TextField(blank=True)),
                ("source_icon", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="images", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="images", to="accounts.project"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["account", "-created_at"], name="images_of_an_account")],
                "constraints": [models.UniqueConstraint(fields=("project", "place"), name="one_image_a_place")],
            },
        ),
    ]
