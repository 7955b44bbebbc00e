"""What was served: quotas that cannot be exceeded, usage, and the record of renders.

LeasingMeter and AttemptLog stand behind the ports Meter and Attempts; summary.py has what the pages show. They are not
imported here: Django reads this package before its tables are known.
"""
