"""How a file comes to be, whole or not at all: atomic replace, checksummed frames, locks, quarantine. Knows no format of ours.

- `atomic`      a file under its final name is complete and on the disk, or it is not there
- `frame`       a payload that knows whether it is whole
- `lock`        exclusive and shared locks that die with their process
- `regular`     a file is opened, or it is said that there is none but something else
- `quarantine`  a damaged file is put aside, not deleted and not read again
- `failures`    what the system refused, said as a `StorageError` with what to do
- `steps`       named points between two system calls, where a test may kill the process

Invariant: no file is ever written or truncated in place under a name that a reader may open (the lock file's own text excepted,
which nothing depends on).
"""
