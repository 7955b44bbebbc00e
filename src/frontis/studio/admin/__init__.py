"""The admin: what operators see and change of accounts, plans, keys, projects, usage and renders."""
