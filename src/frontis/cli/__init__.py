"""The frontis command."""

from frontis.cli.main import main

__all__ = ["main"]
