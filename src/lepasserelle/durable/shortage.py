"""Whether native code failed for want of memory: the same class of error tells of damage, which that is not."""


def is_shortage(error: BaseException) -> bool:
    """Whether an error of zstandard's says that memory was refused."""
    text = str(error).lower()
    return "allocation" in text or "not enough memory" in text
