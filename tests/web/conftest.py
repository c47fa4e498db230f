from web.published import published_rows, site, survey

__all__ = ["published_rows", "site", "survey"]
