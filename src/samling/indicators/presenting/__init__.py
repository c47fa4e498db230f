"""Published figures as people read them: labels, sentences, tables and charts."""
