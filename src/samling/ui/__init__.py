"""Base templates, components, number formats and static files that every page shares."""
