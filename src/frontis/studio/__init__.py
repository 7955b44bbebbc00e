"""People, keys, plans, projects and usage: Django, behind the protocols of `model/ports.py`."""
