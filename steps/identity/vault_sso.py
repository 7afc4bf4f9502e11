"""People sign in to Vault; every sentence is in `steps/vocabulary/login.py`."""

from pytest_bdd import scenarios

scenarios("identity/vault_sso.feature")
