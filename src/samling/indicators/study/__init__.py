"""A study is a folder: data file, design, indicators and how they may be shown."""
