"""What holds for all tests: property tests are judged by what they find, never by how long a busy machine takes for an example."""

from hypothesis import HealthCheck, settings

settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")
