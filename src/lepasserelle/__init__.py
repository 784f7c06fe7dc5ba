"""LePasserelle: code intelligence that lives inside a memory budget.

`LeIndex` opens a project, indexes it and answers questions about it; everything runs locally and offline.
"""
