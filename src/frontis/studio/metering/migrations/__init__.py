"""How the tables of metering came to be as they are."""
