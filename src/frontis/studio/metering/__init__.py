"""What was served: quotas that cannot be exceeded, usage, and the record of renders."""
