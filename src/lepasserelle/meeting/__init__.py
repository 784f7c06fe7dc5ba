"""Where processes of one user find each other on one machine, and how they know that it is they.

- `places`        a folder that only this user can enter, and names in it
- `sockets`       listening under such a name, and knocking there
- `credentials`   who is at the other end, as the system says

Not here: what they say to each other. Invariants: nothing is said to, and nothing believed from, another user; importing this costs
a process that is meant to stay small (the relay) next to nothing.
"""
