"""From estimates to what may be shown of them."""
