"""What holds for all tests: property tests are judged by what they find, never by how long a busy machine takes for an example, and
processes that tests start hear an interrupt.
"""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts us in its background has interrupts ignored, and whatever we start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
