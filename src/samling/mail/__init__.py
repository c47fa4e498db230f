"""Mail that arrives: a durable outbox, its templates and its delivery."""
