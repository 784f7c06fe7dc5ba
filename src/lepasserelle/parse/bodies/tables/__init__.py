"""One table a language, by its name; imported when a body of that language is lowered."""
