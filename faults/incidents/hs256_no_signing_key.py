"""Identity that is signed with a secret of the application."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The provider signs for a client with HMAC."""
    return any(
        said.startswith("HS")
        for name, said in evidence.seen.realm.items()
        if name.startswith("signature for ")
    )


INCIDENT = Incident(
    slug="hs256-no-signing-key",
    symptom="Some applications refuse every login; others would accept what they made up themselves.",
    cause="The client has no signing key, so that the provider falls back to HS256 with the client secret.",
    cure="Give the provider a signing key, and choose RS256 for the client.",
    told_by=told_by,
    about=("identity/*", "id-token-signed-asymmetrically"),
    reproduce="pytest -m conformance --fault signed_with_a_secret",
)
