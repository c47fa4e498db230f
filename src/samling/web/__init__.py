"""The shell: settings, addresses, start page."""
