"""How much this process and its children hold, as the operating system says. Knows nothing of code."""

from lepasserelle.memory.meter import MappedBytes, MemoryReading, Meter
from lepasserelle.memory.peak import PeakSampler

__all__ = ["MappedBytes", "MemoryReading", "Meter", "PeakSampler"]
