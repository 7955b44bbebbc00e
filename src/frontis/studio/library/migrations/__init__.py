"""How the tables of stored pictures came to be as they are."""
