"""People sign in to Matrix; every sentence is in `steps/vocabulary/login.py`."""

from pytest_bdd import scenarios

scenarios("identity/matrix_sso.feature")
