"""How the migrations of the admin's own views of tables came to be."""
