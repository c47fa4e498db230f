"""Areas, divisions and their boundaries."""
