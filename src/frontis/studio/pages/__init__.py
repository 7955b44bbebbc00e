"""The pages for people: signing up and in, and their settings."""
