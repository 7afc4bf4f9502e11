"""People sign in to Grafana; every sentence is in `steps/vocabulary/login.py`."""

from pytest_bdd import scenarios

scenarios("identity/grafana_sso.feature")
