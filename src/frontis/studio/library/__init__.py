"""Pictures that accounts keep: what is known of them."""
