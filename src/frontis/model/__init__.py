"""The nouns of Frontis: small, frozen, and checked by themselves. Import each from its own module."""
