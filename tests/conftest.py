"""What holds for every test."""

from hypothesis import settings

# How long an example takes says more about the machine than about us. All else stays as hypothesis has it, in CI too.
settings.register_profile("frontis", parent=settings(), deadline=None)
settings.load_profile("frontis")
