"""One module a language, holding its `SPEC`; imported lazily through `lepasserelle.parse.languages`."""
