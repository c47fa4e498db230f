"""Who are they, where do they live, which factors act together? Several methods as one answer."""
