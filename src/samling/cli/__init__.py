"""The shell: commands."""
