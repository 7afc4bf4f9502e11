"""Harm to how people are let in: at the identity provider, at whoever relies on it, and between the two."""

from __future__ import annotations

from faults import symptoms
from faults.fault import Fault
from faults.kinds import certificates, identity, kubernetes
from faults.kinds.patches import EACH, Reworded
from faults.kinds.together import Together

_KEYCLOAK = kubernetes.workload("identity")
_GITEA = kubernetes.workload("gitea")
_INTERNAL = "identity.{services.identity.namespace}.svc.cluster.local"
_GIVEN = "{credentials.gitea-client.kubernetes_secret.name}"
_PROVIDER = ("identity/identity_provider", "identity/codes")
_OUTSIDERS = "outsider-refused"
_EVERYWHERE = (
    *_PROVIDER,
    "login-leads-to-provider",
    "identity/refusals",
    "identity/forgeries",
)
_SIGNED_IN = (
    "identity/gitea_sso",
    "identity/grafana_sso",
    "identity/harbor_sso",
    "matrix-login-token",
    "identity/matrix_sso",
    "identity/vault_sso",
)
_VISITED = "websites-answer-visitor"
_CODE_OF_ANOTHER = "forgery-refused[*, a code of another client, *]"
_NEEDS_VAULT = "dependencies-acyclic"


def _at(party: str) -> tuple[str, ...]:
    """Every scenario in which somebody signs in at this application, or is refused."""
    return (
        f"wrong-password-refused[{party}]",
        f"outsider-refused[{party}]",
        f"disabled-account-refused[{party}]",
        f"code-needs-client-secret[{party}]",
        f"forgery-refused[{party}, *]",
        f"foreign-audience-refused[{party}]",
        f"identity/{party.lower()}_sso",
    )


def _as_client(party: str) -> tuple[str, ...]:
    """Every scenario in which the provider is asked as this application's client asks it."""
    return (
        f"id-token-signed-asymmetrically[{party}]",
        f"login-state-unchanged[{party}]",
        f"provider-clock[{party}]",
        f"code-needs-verifier[{party}]",
        f"code-single-use[{party}]",
        f"code-short-lived[{party}]",
    )


IDENTITY_PROVIDER_503 = Fault(
    slug="identity_provider_503",
    kind=kubernetes.scaled_down("identity"),
    says="the identity provider has no pod, and its address answers 503",
    cause="authentik-503",
    turns_red=(*_EVERYWHERE, *_SIGNED_IN),
    may_turn=("login-requests-unique", _VISITED, "networking/vps_proxy_resilience"),
    shows=symptoms.provider_fails(503),
    alone=True,
)
CLIENT_SECRET_DIFFERS = Fault(
    slug="client_secret_differs",
    kind=identity.ProviderChanged("secret gitea", {"is_kept": False}),
    says="the identity provider knows Gitea by another secret than Vault has for it",
    cause="sso-two-sources",
    turns_red=(
        "identity/gitea_sso",
        "code-needs-client-secret[Gitea]",
        # It does not get as far as the code or the token.
        "forgery-refused[Gitea, an expired code, the code]",
        "forgery-refused[Gitea, a code of another client, the code]",
        "foreign-audience-refused[Gitea]",
        *_as_client("Gitea"),
    ),
)
REDIRECT_URI_MISSING = Fault(
    slug="redirect_uri_missing",
    kind=identity.ProviderChanged("client gitea", {"redirectUris": ["https://nowhere.invalid/callback"]}),
    says="the identity provider does not know where Gitea's answers go",
    cause="redirect-uri-missing",
    turns_red=(
        "login-leads-to-provider[Gitea]",
        *_at("Gitea"),
        *_as_client("Gitea"),
    ),
    may_turn=(_CODE_OF_ANOTHER,),
)
REDIRECT_URI_OPEN = Fault(
    slug="redirect_uri_open",
    kind=identity.ProviderChanged("client gitea", {"redirectUris": ["*"]}),
    says="the identity provider sends Gitea's answers wherever it is asked to",
    cause="redirect-uri-open",
    turns_red=("redirect-uri-exact[Gitea]",),
)
CLIENT_PUBLIC = Fault(
    slug="client_public",
    # A public client has no secret, and one that becomes confidential again draws another: the first part brings
    # Vault's back.
    kind=Together(
        (
            identity.ProviderChanged("secret gitea", {"is_kept": False}),
            identity.ProviderChanged("client gitea", {"publicClient": True}),
        )
    ),
    says="the identity provider asks nobody for the secret of Gitea's client",
    cause="client-public",
    turns_red=("code-needs-client-secret[Gitea]",),
)
GROUPS_CLAIM_ABSENT = Fault(
    slug="groups_claim_absent",
    kind=identity.ProviderChanged(
        "mapper groups groups", {"config": {"id.token.claim": "false", "userinfo.token.claim": "false"}}
    ),
    says="the identity provider does not say in which groups somebody is",
    cause="groups-claim-absent",
    turns_red=(
        "gitea-sso-admin",
        "gitea-sso-promoted",
        "gitea-sso-demoted",
        "vault-sso-admin",
        "vault-sso-promoted",
        "vault-sso-demoted",
    ),
    # Vault may refuse whoever has no such claim.
    may_turn=(
        "identity/vault_sso",
        "code-needs-client-secret[Vault]",
        "redirect-uri-exact[Vault]",
        "forgery-refused[Vault, *]",
        "foreign-audience-refused[Vault]",
        _CODE_OF_ANOTHER,
    ),
)
ISSUER_INTERNAL = Fault(
    slug="issuer_internal",
    kind=kubernetes.environment(_KEYCLOAK, {"KC_HOSTNAME": f"http://{_INTERNAL}"}),
    says="the identity provider calls itself by a name that only the cluster knows",
    cause="oidc-internal-authorize-url",
    turns_red=_PROVIDER,
    # Whoever has asked it before knows its public addresses still; its pages lead people to the internal one.
    may_turn=(
        "identity/login_start",
        "identity/refusals",
        "identity/forgeries",
        *_SIGNED_IN,
        _VISITED,
    ),
    shows=symptoms.provider_calls_itself(_INTERNAL),
    alone=True,
)
GITEA_BEFORE_ITS_SECRET = Fault(
    slug="gitea_before_its_secret",
    kind=kubernetes.ObjectRemoved(
        f"{kubernetes.beside('gitea', 'external-secrets.io/v1beta1 externalsecrets')}/{_GIVEN}",
        made=f"{kubernetes.beside('gitea', 'v1 secrets')}/{_GIVEN}",
        rolls=_GITEA,
    ),
    says="Gitea is started before anybody has made its client secret",
    cause="gitea-crashloop-10h",
    turns_red=(
        "login-leads-to-provider[Gitea]",
        "login-requests-unique[Gitea]",
        *_at("Gitea"),
        *_as_client("Gitea"),
        "nothing-starts-before-its-secrets",
    ),
    may_turn=(
        _VISITED,
        _NEEDS_VAULT,
        _CODE_OF_ANOTHER,
        "code-needs-client-secret[Gitea]",
        "redirect-uri-exact[Gitea]",
        "forgery-refused[Gitea, *]",
        "foreign-audience-refused[Gitea]",
        "bootstrap/second_run",
    ),
    shows=symptoms.waits("{services.gitea.namespace}", "CreateContainerConfigError"),
    alone=True,
)
SYNAPSE_ROUTE_404 = Fault(
    slug="synapse_route_404",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("matrix", "networking.k8s.io/v1 ingresses/*"),
        {"spec": {"rules": {EACH: {"http": {"paths": {EACH: {"path": "/somewhere-else"}}}}}}},
    ),
    says="the way to Synapse's API leads nowhere",
    cause="synapse-route-404",
    turns_red=(
        "login-leads-to-provider[Matrix]",
        "login-requests-unique[Matrix]",
        *_at("Matrix"),
        "identity/matrix_client",
    ),
    may_turn=(
        _VISITED,
        _CODE_OF_ANOTHER,
        "code-needs-client-secret[Matrix]",
        "redirect-uri-exact[Matrix]",
        "forgery-refused[Matrix, *]",
        "foreign-audience-refused[Matrix]",
    ),
)
PROVIDER_CLOCK_OFF = Fault(
    slug="provider_clock_off",
    kind=kubernetes.environment(
        _KEYCLOAK,
        {
            "LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
            "FAKETIME": "+10m",
            # How long something takes stays true, or a Java machine waits for ever, or never.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        },
    ),
    says="the identity provider's clock is ten minutes ahead, by libfaketime: a machine's own cannot be set alone here",
    cause="provider-clock-off",
    turns_red=("provider-clock",),
    # Who takes a token from the future is the application's to decide.
    may_turn=(*_SIGNED_IN, "identity/forgeries"),
    shows=symptoms.runs(_KEYCLOAK, "FAKETIME"),
    alone=True,
)
PROVIDER_CERTIFICATE_UNTRUSTED = Fault(
    slug="provider_certificate_untrusted",
    kind=Together(
        (
            kubernetes.scaled_down("cert-manager"),
            certificates.UntrustedCertificate("identity"),
        )
    ),
    says="the identity provider shows a certificate by an authority that nobody knows",
    cause="provider-certificate-untrusted",
    turns_red=(
        *_EVERYWHERE,
        *_SIGNED_IN,
        "website-chain-of-environment",
    ),
    may_turn=(
        "certificates/*",
        "networking/*",
        "identity/login_start",
        "dns/external_dns",
        "bootstrap/second_run",
    ),
    shows=symptoms.chain("identity", by=""),
    alone=True,
)
CODE_LIFETIME_LONG = Fault(
    slug="code_lifetime_long",
    kind=identity.ProviderChanged("realm", {"accessCodeLifespan": 3600}),
    says="an authorization code is good for an hour",
    cause="code-lifetime-long",
    turns_red=(
        "code-short-lived",
        "forgery-refused[*, an expired code, *]",
    ),
)
SIGNED_WITH_A_SECRET = Fault(
    slug="signed_with_a_secret",
    kind=identity.ProviderChanged("client vault", {"attributes": {"id.token.signed.response.alg": "HS256"}}),
    says="identity is signed for Vault with the secret that Vault has too",
    cause="hs256-no-signing-key",
    turns_red=(
        "id-token-signed-asymmetrically[Vault]",
        "identity/vault_sso",
        "code-needs-client-secret[Vault]",
        "foreign-audience-refused[Vault]",
    ),
)
OUTSIDERS_LET_IN = Fault(
    slug="outsiders_let_in",
    kind=identity.ProviderChanged("step outsiders", {"requirement": "DISABLED"}),
    says="whoever has an account may sign in, whatever group he is in",
    cause="nonexistent-group",
    turns_red=(_OUTSIDERS,),
)
ADMIN_GROUP_FORGOTTEN = Fault(
    slug="admin_group_forgotten",
    kind=kubernetes.ObjectChanged(
        kubernetes.beside("gitea", "v1 configmaps/*"),
        {
            "data": {
                "configure.sh": Reworded((('--admin-group "[^"]*"', '--admin-group "a-group-of-nobody"'),))
            }
        },
        rolls=_GITEA,
    ),
    says="Gitea makes administrators of a group that nobody is in",
    cause="admin-group-forgotten",
    turns_red=(
        "gitea-sso-admin",
        "gitea-sso-promoted",
        "gitea-sso-demoted",
    ),
    shows=symptoms.runs(_GITEA, "clusterspec/restarted-for"),
)
