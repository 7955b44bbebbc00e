"""So that `python -m frontis.cli` is the frontis command."""

from frontis.cli.main import main

main()
