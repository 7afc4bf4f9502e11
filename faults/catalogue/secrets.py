"""Harm to secrets: to Vault, to whatever brings them into the cluster, to what they are sealed with."""

from __future__ import annotations

from typing import Any

from faults import symptoms
from faults.fault import Fault
from faults.kinds import kubernetes, secrets
from faults.kinds.together import Together

_UNSEALER = kubernetes.workload("sealed-secrets")
_ASKED = kubernetes.beside("gitea", "external-secrets.io/v1beta1 externalsecrets")
_DEPLOYMENTS = kubernetes.beside("gitea", "apps/v1 deployments")
_VAULTS_CHANGE = "vault-change-reaches-pods"
_STORES = "secret-stores-ready"
_SYNCED = "external-secrets-synced"
_ORDER = "bootstrap/second_run"


def _external_secret(name: str, **spec: Any) -> kubernetes.ObjectAdded:
    return kubernetes.ObjectAdded(
        _ASKED,
        {
            "apiVersion": "external-secrets.io/v1beta1",
            "kind": "ExternalSecret",
            "metadata": {"name": name},
            "spec": {"target": {"name": name}, **spec},
        },
    )


VAULT_SERVER_SEALED = Fault(
    slug="vault_server_sealed",
    kind=secrets.VaultSealed(1),
    says="one of Vault's servers is sealed",
    cause="vault-sealed",
    turns_red=("vault-unsealed", "secrets/vault_resilience"),
    may_turn=("secrets/vault", _STORES, _SYNCED, "vault-change-reaches-pods", "identity/*", _ORDER),
)
VAULT_SEALED = Fault(
    slug="vault_sealed",
    kind=secrets.VaultSealed(2),
    says="two of Vault's three servers are sealed, and the third is no majority",
    cause="vault-sealed",
    turns_red=(
        "secrets/vault",
        "secrets/vault_resilience",
        _STORES,
        _SYNCED,
        "cluster-has-vault-value",
        "missing-vault-secret-not-invented",
        _VAULTS_CHANGE,
        "identity/vault_sso",
        "login-leads-to-provider[Vault]",
        "login-requests-unique[Vault]",
        "vault-restore",
    ),
    may_turn=("identity/*", "networking/public_path", "certificates/*", _ORDER),
    alone=True,
)
STORE_UNAUTHENTICATED = Fault(
    slug="store_unauthenticated",
    kind=kubernetes.ObjectChanged(
        "/apis/external-secrets.io/v1beta1/clustersecretstores/{secret store}",
        {"spec": {"provider": {"vault": {"auth": {"kubernetes": {"role": "a-role-of-nobody"}}}}}},
    ),
    says="Vault does not know the role in which secrets are fetched from it",
    cause="store-unauthenticated",
    turns_red=(
        _STORES,
        _SYNCED,
        "missing-vault-secret-not-invented",
        "vault-auth-method[Programs, kubernetes]",
        _VAULTS_CHANGE,
    ),
    may_turn=(_ORDER,),
    shows=symptoms.store("{secret store}", ready=False),
)
SECRET_NOT_IN_VAULT = Fault(
    slug="secret_not_in_vault",
    kind=_external_secret(
        "of-nothing",
        refreshInterval="10s",
        secretStoreRef={"kind": "ClusterSecretStore", "name": "{secret store}"},
        data=[{"secretKey": "key", "remoteRef": {"key": "apps/nobody", "property": "key"}}],
    ),
    says="a Secret is asked for that Vault does not have",
    cause="secret-not-synced",
    turns_red=(_SYNCED,),
)
EXTERNAL_SECRETS_ABSENT = Fault(
    slug="external_secrets_absent",
    kind=Together(
        (
            kubernetes.scaled_down("external-secrets"),
            secrets.SecretOverwritten(kubernetes.beside("identity", "v1 secrets/identity-clients"), "gitea"),
        )
    ),
    says="nobody brings Vault's values into the cluster, and one of them has been changed there by hand",
    cause="external-secrets-down",
    turns_red=(
        "cluster-has-vault-value",
        "missing-vault-secret-not-invented",
        _VAULTS_CHANGE,
    ),
    # Overdue is what was to be refreshed two minutes ago.
    may_turn=(_SYNCED, _ORDER),
    shows=symptoms.gone("external-secrets"),
)
GENERATOR_ROTATES = Fault(
    slug="generator_rotates",
    kind=Together(
        (
            _external_secret(
                "drawn-anew",
                refreshInterval="5s",
                dataFrom=[
                    {
                        "sourceRef": {
                            "generatorRef": {
                                "apiVersion": "generators.external-secrets.io/v1alpha1",
                                "kind": "Password",
                                "name": "{credentials.gitea-admin.kubernetes_secret.name}",
                            }
                        }
                    }
                ],
            ),
            kubernetes.ObjectAdded(
                _DEPLOYMENTS,
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": {"name": "drawn-anew"},
                    "spec": {
                        "replicas": 1,
                        "selector": {"matchLabels": {"app": "drawn-anew"}},
                        "template": {
                            "metadata": {"labels": {"app": "drawn-anew"}},
                            "spec": {
                                "terminationGracePeriodSeconds": 0,
                                "containers": [
                                    {
                                        "name": "user",
                                        "image": "{image}",
                                        "imagePullPolicy": "IfNotPresent",
                                        "command": ["sleep", "infinity"],
                                        "env": [
                                            {
                                                "name": "PASSWORD",
                                                "valueFrom": {
                                                    "secretKeyRef": {"name": "drawn-anew", "key": "password"}
                                                },
                                            }
                                        ],
                                    }
                                ],
                            },
                        },
                    },
                },
            ),
        )
    ),
    says="a password is made up anew every few seconds, and who uses it has the first one",
    cause="eso-generator-rotates",
    turns_red=(
        "generated-secrets-stable",
        "no-outdated-generated-secret",
    ),
    may_turn=("platform/dependencies", "decisions/*", _ORDER),
    shows=symptoms.drawn("{services.gitea.namespace}", "drawn-anew", seconds=15),
)
RESTARTER_ABSENT = Fault(
    slug="restarter_absent",
    kind=kubernetes.scaled_down("reloader"),
    says="nobody replaces the pods whose secret has changed",
    cause="rotation-restarter-down",
    turns_red=(
        "pods-replaced-on-secret-change",
        _VAULTS_CHANGE,
        "unchanged-pods-left-alone",
    ),
    may_turn=(_ORDER,),
    shows=symptoms.gone("reloader"),
)
RESTART_NOT_ASKED = Fault(
    slug="restart_not_asked",
    kind=kubernetes.ObjectChanged(
        kubernetes.workload("gitea"),
        {"metadata": {"annotations": {"reloader.stakater.com/auto": None}}},
    ),
    says="an application does not ask to be restarted when its client's secret changes",
    cause="secret-change-unheard",
    turns_red=("vault-users-ask-for-restart",),
    may_turn=(_ORDER,),
)
SEALING_KEY_RENEWED = Fault(
    slug="sealing_key_renewed",
    kind=secrets.SealingKeyAdded(instead=False),
    says="the controller of sealed secrets has a younger key pair beside that of layer 00",
    cause="sealing-key-renewed",
    turns_red=("controller-serves-layer-00-certificate",),
    may_turn=(_ORDER,),
)
CLUSTER_SEALING_KEY_REPLACED = Fault(
    slug="cluster_sealing_key_replaced",
    kind=secrets.SealingKeyAdded(instead=True),
    says="the cluster has another sealing key than layer 00",
    cause="sealedsecret-wrong-keypair",
    turns_red=(
        "controller-has-layer-00-key",
        "controller-serves-layer-00-certificate",
        "sealed-with-layer-00-opens",
    ),
    may_turn=("secrets/sealed_secrets", _ORDER),
    # A controller that was started before goes on with the pair that it read.
    shows=symptoms.runs(_UNSEALER, secrets.YOUNGER),
)
SEALED_FOR_ANOTHER = Fault(
    slug="sealed_for_another",
    kind=kubernetes.ObjectAdded(
        kubernetes.beside("sealed-secrets", "bitnami.com/v1alpha1 sealedsecrets"),
        {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": "of-another-cluster"},
            "spec": {"encryptedData": {"key": "AgBmb3JhbiBvdGhlciBjbHVzdGVy" * 24}},
        },
    ),
    says="something in the cluster was sealed for another one",
    cause="sealedsecret-wrong-keypair",
    turns_red=("sealed-secrets-open",),
)
SEALED_SECRETS_ABSENT = Fault(
    slug="sealed_secrets_absent",
    kind=kubernetes.scaled_down("sealed-secrets"),
    says="nobody opens what is sealed",
    cause="sealed-secrets-down",
    turns_red=(
        "controller-serves-layer-00-certificate",
        "sealed-with-layer-00-opens",
        "sealed-for-other-key-refused",
        "sealed-for-other-name-refused",
    ),
    may_turn=(_ORDER,),
    shows=symptoms.gone("sealed-secrets"),
)
SECRET_IN_THE_CLEAR = Fault(
    slug="secret_in_the_clear",
    kind=Together(
        (
            kubernetes.ObjectAdded(
                kubernetes.beside("gitea", "v1 secrets"),
                {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {"name": "told-to-all"},
                    # It opens nothing.
                    "stringData": {"password": "a-password-that-opens-nothing"},
                },
            ),
            kubernetes.ObjectAdded(
                kubernetes.beside("gitea", "v1 configmaps"),
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "told-to-all"},
                    "data": {"settings": "password = a-password-that-opens-nothing"},
                },
            ),
            kubernetes.ObjectAdded(
                _DEPLOYMENTS,
                kubernetes.unstarted(
                    "told-to-all",
                    {"name": "told", "env": [{"name": "DB_PASSWORD", "value": "opens-nothing-either"}]},
                ),
            ),
        )
    ),
    says="a password stands in a ConfigMap, and another one in the variable of a container",
    cause="secret-in-git",
    turns_red=("secrets/no_literals",),
    may_turn=("decisions/*",),
)
