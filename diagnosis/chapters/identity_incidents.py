"""Known causes of people who cannot sign in, who get further than they may, and of applications without a secret."""

from __future__ import annotations

from diagnosis.chapters.identity import ID_TOKEN, USERINFO, Described, Login, Look, Registered
from diagnosis.incident import Evidence, Incident, contradicted, either, on
from diagnosis.look import seen
from probes.http import Response
from probes.oidc.signin import REDIRECT_URI, Denied
from probes.oidc.tokens import RefusedExchange
from probes.oidc.walk import Page
from probes.relying_parties.model import NOT_FOUND, Start
from probes.restarts import Missing
from probes.tls import Handshake
from probes.vault import Logins

_SERVER_ERRORS = range(500, 600)
_UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
"""RFC 6749, section 5.2, has the first for a client that cannot prove itself; Keycloak says the second."""
_HMAC = frozenset({"HS256", "HS384", "HS512"})
_DENIES = "deny-access-authenticator"
"""The step of Keycloak's by which a flow refuses somebody."""
_BY_A_PROVIDER = frozenset({"oidc", "jwt"})
_MINUTE = 60
_NOT_STARTED = "CreateContainerConfigError"
_ALTERED = "redirect-uri-exact"
"""The scenario that alters redirect URIs itself: what is refused there is what it wants."""


def _logins(look: Look) -> list[Login]:
    return list(seen(look.logins, {}).values())


def _clients(look: Look) -> list[Registered]:
    realm = seen(look.realm, None)
    return [] if realm is None else list(realm.clients.values())


def _another_group(look: Look) -> bool:
    """Gitea makes administrators of another group than the planned one."""
    plan = seen(look.plan, None)
    wanted = plan.administrators.get("gitea") if plan else None
    return bool(wanted) and bool(set(seen(look.gitea_groups, ())) - {wanted})


def _unavailable(look: Look) -> bool:
    """A discovery document is answered with a failure of the server."""
    answers = seen(look.described, {}).values()
    return any(isinstance(each, Response) and each.status in _SERVER_ERRORS for each in answers)


def _codes_live_long(look: Look) -> bool:
    plan, realm = seen(look.plan, None), seen(look.realm, None)
    return plan is not None and realm is not None and realm.code_lifetime > plan.code_lifetime


def _lacks_a_secret(evidence: Evidence) -> bool:
    """A container waits for a Secret that is not there, or was seen to have done so."""
    look = evidence.look(Look)
    held = [each for each in (seen(look.waiting, ()) if look else ()) if each.reason == _NOT_STARTED]
    lacked = [*evidence.facts(Missing), *(each.missing for each in held if each.missing)]
    return any(each.of == "Secret" for each in lacked)


def _groups_not_told(look: Look) -> bool:
    """The realm does not state groups in both places."""
    realm = seen(look.realm, None)
    return realm is not None and realm.groups_in < {ID_TOKEN, USERINFO}


def _lets_all_in(look: Look) -> bool:
    """No step of the flow refuses anybody."""
    realm = seen(look.realm, None)
    return realm is not None and realm.taken.isdisjoint({_DENIES})


def _named_otherwise(look: Look) -> bool:
    """A discovery document, at the public name, names another issuer or host."""
    return any(isinstance(each, Described) and not each.own for each in seen(look.described, {}).values())


def _sent_elsewhere(look: Look) -> bool:
    """An application sends people to another host than the provider's, which names itself rightly."""
    plan = seen(look.plan, None)
    starts = [each.start for each in _logins(look)]
    elsewhere = [each for each in starts if isinstance(each, Start) and plan and each.host != plan.host]
    return bool(elsewhere) and not _named_otherwise(look)


def _untrusted(look: Look) -> bool:
    return isinstance(look.shown, Handshake) and not look.shown.verified


def _refused_for_its_redirect_uri(evidence: Evidence) -> bool:
    """The provider refuses a login as the application begins it, because of the redirect URI."""
    look = evidence.look(Look)
    observed = () if evidence.scenario.id == _ALTERED else evidence.facts(Denied)
    arrived = [each.arrived for each in _logins(look)] if look else []
    return any(isinstance(each, Denied) and each.why == REDIRECT_URI for each in (*observed, *arrived))


def _unknown_client(look: Look) -> bool:
    """The provider does not know an application by the secret that this was given."""
    answers = seen(look.exchanges, {}).values()
    return any(isinstance(each, RefusedExchange) and each.error in _UNKNOWN_CLIENT for each in answers)


def _no_people(evidence: Evidence) -> bool:
    """Vault was asked for its ways to log in, and has none by an identity provider."""
    return any(set(each.kinds.values()).isdisjoint(_BY_A_PROVIDER) for each in evidence.facts(Logins))


def _no_homeserver(look: Look) -> bool:
    """The start of a login at Matrix is not found."""
    matrix = seen(look.logins, {}).get("matrix")
    return matrix is not None and isinstance(matrix.start, Page) and matrix.start.status == NOT_FOUND


INCIDENTS = (
    Incident(
        slug="admin-group-forgotten",
        symptom="Everybody can sign in, and Gitea has no administrators, or other people than planned.",
        cause="The source of logins in Gitea names another admin group than the one at the provider.",
        cure="Name the same group in both places.",
        matches=on(Look, _another_group),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault admin_group_forgotten",
    ),
    Incident(
        slug="authentik-503",
        symptom='Every login ends on "503 Service Unavailable"; what sets the provider up fails with it.',
        cause="It has no ready pod: it starts (half a minute and more), crashed, or was scaled to zero.",
        cure="Wait for its readiness before anything is set up in it; look at its log.",
        matches=on(Look, _unavailable),
        about=("identity/*", "networking/*", "secrets/*"),
        reproduce="pytest -m conformance --fault identity_provider_503",
    ),
    Incident(
        slug="client-public",
        symptom="Nothing is felt; whoever gets hold of a code gets tokens for it.",
        cause="The client was made public, perhaps because its secret did not match.",
        cure="Make the client confidential, with the secret that Vault keeps for it.",
        matches=on(Look, lambda look: any(each.public for each in _clients(look))),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault client_public",
    ),
    Incident(
        slug="code-lifetime-long",
        symptom="Nothing is felt; a code from a log or a history still opens an account.",
        cause="The provider's lifetime of codes was raised, perhaps because of clocks that differ.",
        cure="Set it to a minute or less, ten at most; set the clocks right.",
        matches=on(Look, _codes_live_long),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault code_lifetime_long",
    ),
    Incident(
        slug="gitea-crashloop-10h",
        symptom="Its pod waits with CreateContainerConfigError, or is restarted for hours.",
        cause="What makes the secret waits for the application, or comes after it.",
        cure="Let the secret come first: Vault, External Secrets, the client at the provider, then the application.",
        matches=_lacks_a_secret,
        about=(
            "identity/*",
            "bootstrap/order",
            "bootstrap/turnkey",
            "networking/public_path",
            "secrets-before-identity-before-applications",
        ),
        reproduce="pytest -m conformance --fault gitea_before_its_secret",
    ),
    Incident(
        slug="groups-claim-absent",
        symptom="Everybody can sign in, and there are no administrators; Vault may refuse all people.",
        cause="The scope of groups is not asked for, or its mapper does not put them into ID token and userinfo.",
        cure="Add the mapper to the scope, and the scope to what the application asks for.",
        matches=on(Look, _groups_not_told),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault groups_claim_absent",
    ),
    Incident(
        slug="hs256-no-signing-key",
        symptom="Some applications refuse every login; others would accept what they made up themselves.",
        cause="The client has no signing key, so that the provider falls back to HS256 with the client secret.",
        cure="Give the provider a signing key, and choose RS256 for the client.",
        matches=on(Look, lambda look: any(each.signature in _HMAC for each in _clients(look))),
        about=("identity/*", "id-token-signed-asymmetrically"),
        reproduce="pytest -m conformance --fault signed_with_a_secret",
    ),
    Incident(
        slug="nonexistent-group",
        symptom="Either no account may sign in, or every account may.",
        cause="The group that access is bound to does not exist, or the binding was taken away.",
        cure="Make the group, and bind access to it.",
        matches=on(Look, _lets_all_in),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault outsiders_let_in",
    ),
    Incident(
        slug="oidc-internal-authorize-url",
        symptom="People are sent to a name of the cluster, or applications refuse the issuer.",
        cause=(
            "The provider was configured with its internal address as its own, or an application derives "
            "public addresses from an internal one."
        ),
        cure=(
            "Configure the provider with its public name, and give applications that; keep internal addresses "
            "for the API."
        ),
        matches=on(Look, _named_otherwise),
        about=(
            "identity/*",
            "networking/*",
            "harbor-sso-admin",
            "harbor-sso-user",
            "harbor-sso-demoted",
            "harbor-sso-promoted",
            "harbor-sso-sign-out",
            "login-leads-to-provider",
        ),
        reproduce="pytest -m conformance --fault issuer_internal",
    ),
    Incident(
        slug="one-variable-two-meanings",
        symptom="The login of one application leads to an internal name; the others are well.",
        cause="A variable for the API was also used for what is shown to browsers.",
        cure="Keep two: the public name for browsers, an internal one for programs.",
        matches=on(Look, _sent_elsewhere),
        about=("identity/*", "login-leads-to-provider"),
        unproven="The lab's applications have one address of the provider, and no variable with two meanings.",
    ),
    Incident(
        slug="provider-certificate-untrusted",
        symptom="Browsers warn, applications stop with x509 at the first login; all at once.",
        cause="Its certificate is by another authority (staging, an unknown one), or the ingress shows its default.",
        cure="Have cert-manager issue it anew by the environment's issuer; look at its Certificate and Secret.",
        matches=on(Look, _untrusted),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault provider_certificate_untrusted",
    ),
    Incident(
        slug="provider-clock-off",
        symptom=(
            'Applications refuse everybody: "issued in the future", or "expired", although all '
            "passwords are right."
        ),
        cause="The clock of its machine has run away: nothing keeps the time there.",
        cure="Bring the machine's time service up.",
        matches=on(Look, lambda look: abs(seen(look.ahead, 0.0)) > _MINUTE),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault provider_clock_off",
    ),
    Incident(
        slug="redirect-uri-missing",
        symptom='The identity provider shows "Invalid parameter: redirect_uri" instead of its sign-in page.',
        cause=(
            "The redirect URI of the application is not among those of its client: another host, path "
            "or source name."
        ),
        cure="Register exactly the one that the application sends.",
        matches=_refused_for_its_redirect_uri,
        about=("identity/*",),
        reproduce="pytest -m conformance --fault redirect_uri_missing",
    ),
    Incident(
        slug="redirect-uri-open",
        symptom="Nothing is felt; an attacker may collect the codes of others.",
        cause="The redirect URIs of a client have a wildcard.",
        cure="Register exactly the one that the application sends.",
        matches=on(Look, lambda look: any(each.open for each in _clients(look))),
        about=("identity/*",),
        reproduce="pytest -m conformance --fault redirect_uri_open",
    ),
    Incident(
        slug="sso-two-sources",
        symptom="Every single sign-on ends with invalid_client.",
        cause="The provider and the application got the client's secret from two sources.",
        cure="Take both from the same path of Vault.",
        matches=either(contradicted, on(Look, _unknown_client)),
        about=("decision-sso-one-source", "identity/*", "cluster-has-vault-value"),
        reproduce="pytest -m conformance --fault client_secret_differs",
    ),
    Incident(
        slug="synapse-discovery-before-provider",
        symptom="Synapse does not start, or offers no single sign-on until it is restarted.",
        cause="It reads the discovery document at its start, or at the first login, and the provider answered 503.",
        cure="Start it after the provider; let it be started again when it fails.",
        about=(
            "identity/*",
            "matrix-offers-sso",
            "matrix-login-token",
            "matrix-sso-account",
            "matrix-sso-sign-out",
        ),
        unproven="The lab starts Synapse after the provider; what it asked at its start cannot be seen from outside.",
    ),
    Incident(
        slug="synapse-route-404",
        symptom="Clients say that there is no homeserver; its page may well be there.",
        cause=(
            "The Ingress leads other paths than /_matrix and /_synapse to it, or the well-known file "
            "names another host."
        ),
        cure="Lead both paths to Synapse.",
        matches=on(Look, _no_homeserver),
        about=("identity/*", "networking/public_path"),
        reproduce="pytest -m conformance --fault synapse_route_404",
    ),
    Incident(
        slug="vault-oidc-silently-skipped",
        symptom="Everything is green, and Vault has no mount oidc/.",
        cause="What sets it up was skipped when the provider did not answer, and nothing failed.",
        cure="Let it fail; look for the mount itself.",
        matches=_no_people,
        about=("secrets/vault", "identity/*", "vault-auth-method"),
        unproven="The lab's bootstrap fails where the mount cannot be made, and no fault takes it away.",
    ),
)
