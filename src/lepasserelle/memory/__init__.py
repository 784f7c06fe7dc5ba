"""How much this process and its children hold, as the operating system says. Knows nothing of code."""
