"""What our templates may do besides Django's own."""
