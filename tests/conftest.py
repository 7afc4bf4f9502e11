"""For the project's own tests."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# How fast an example is depends on what else the machine does, and is nothing that these tests are about.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
