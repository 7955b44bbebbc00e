"""What Frontis claims, measured beside the peers in one run: `python -m bench.run`."""
