"""People sign in to Harbor; every sentence is in `steps/vocabulary/login.py`."""

from pytest_bdd import scenarios

scenarios("identity/harbor_sso.feature")
