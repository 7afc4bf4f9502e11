"""The repository can be read, and what is waived is still wrong."""

from __future__ import annotations

from pytest_bdd import scenarios, then

scenarios("decisions/repository/reading.feature")


@then("nothing in it is unread")
def nothing_is_unread(unread: tuple[object, ...]) -> None:
    assert unread == ()


@then("no waiver is stale")
def no_waiver_is_stale(stale_waivers: tuple[object, ...]) -> None:
    assert stale_waivers == ()
