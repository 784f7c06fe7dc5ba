from pathlib import PurePosixPath
def plain(text: str):
    return text.isprintable()
def render(value):
    if isinstance(value, str):
        return plain(value)
    return value.as_posix()
render(PurePosixPath("/x"))
render("a")
