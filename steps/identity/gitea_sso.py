"""People sign in to Gitea; every sentence is in `steps/vocabulary/login.py`."""

from pytest_bdd import scenarios

scenarios("identity/gitea_sso.feature")
