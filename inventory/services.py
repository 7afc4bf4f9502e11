"""What runs on a cluster and around it. The string below a field is its explanation for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inventory import kinds
from inventory.cluster import Table


@dataclass(frozen=True, slots=True)
class Dns(Table):
    """The cluster's zone, and its way to the world. Durations are seconds."""

    nameservers: tuple[kinds.Domain, ...]
    """the names that the parent zone delegates to; all are the VPS"""
    parent: kinds.Domain
    """the zone with the delegation, above `cluster.domain`"""
    refresh: kinds.Duration
    """of the zone's SOA. NOTIFY is off, so it is the longest time that a change is under way to the VPS"""
    retry: kinds.Duration
    """of the zone's SOA: how soon a transfer that failed is tried again; at most `refresh`"""
    transfer_clients: tuple[kinds.Network, ...]
    """the networks that may copy the zone from its primary; nobody else may"""
    parent_server: kinds.Address | None = None
    """the address of a name server of the parent, to be asked itself; the lab builds it and needs it"""
    owner_id: kinds.Text = "external-dns"
    """external-dns' `--txt-owner-id`, which is in the marks of its records"""
    api_service: kinds.Label = "powerdns-api"
    """the Service of PowerDNS' API, in the namespace of `[services.powerdns]`"""


@dataclass(frozen=True, slots=True)
class Ingress(Table):
    """How services are published."""

    class_name: kinds.Label = "nginx"
    """the IngressClass"""
    replicas: kinds.Count = 2
    """how many pods of the ingress controller serve it"""
    pods: kinds.Text = "app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component!=admission-webhook"
    """the label selector of these pods, in the namespace of `[services.ingress]`; here as ingress-nginx' chart sets the
    labels, without those that only prepare its webhook"""


@dataclass(frozen=True, slots=True)
class Storage(Table):
    """Where volumes come from."""

    class_name: kinds.Label
    """the default StorageClass"""


@dataclass(frozen=True, slots=True)
class AcmeEnvironment(Table):
    """One certificate authority that speaks ACME."""

    directory: kinds.Url
    """the address of its ACME directory"""
    roots: kinds.File | None = None
    """a PEM file with its root certificates; without it, what the looking machine trusts. The lab makes new ones with
    each build, so it is not allowed there"""


@dataclass(frozen=True, slots=True)
class Acme(Table):
    """Who certifies the public names."""

    issuer: kinds.Label
    """the ClusterIssuer that each Ingress names, the same in both environments"""
    environment: Literal["production", "staging"]
    """the one switch"""
    days_left: kinds.Count
    """every certificate is valid for at least so many more days"""
    production: AcmeEnvironment
    """the table `[acme.production]`"""
    staging: AcmeEnvironment
    """the table `[acme.staging]`, with another directory"""

    @property
    def chosen(self) -> AcmeEnvironment:
        """The environment in force."""
        return self.production if self.environment == "production" else self.staging

    @property
    def other(self) -> AcmeEnvironment:
        """The environment that must not have signed anything."""
        return self.staging if self.environment == "production" else self.production


@dataclass(frozen=True, slots=True)
class InternalCa(Table):
    """The authority of the cluster's own, which certifies what only pods speak to."""

    issuer: kinds.Label = "cluster-internal-ca"
    """its ClusterIssuer"""
    bundle: kinds.Domain = "cluster-internal-ca-bundle"
    """the ConfigMap, in every namespace that wants it, of the authorities that programs in the cluster trust"""
    bundle_key: kinds.Text = "ca-certificates.crt"
    """the key of that ConfigMap"""


@dataclass(frozen=True, slots=True)
class Vps(Table):
    """What runs in front of the cluster."""

    services: Literal["s6", "systemd"]
    """who supervises its programs: `"s6"` (lab) or `"systemd"`"""
    name_server: kinds.Text = "pdns"
    """the service that is the zone's secondary"""
    proxy: kinds.Text = "nginx"
    """the service that takes what arrives on port 443"""
    metrics_port: kinds.Count | None = None
    """where its name server tells its counters over HTTP, on its loopback"""
    own_sites: tuple[kinds.Domain, ...] = ()
    """host names that the VPS serves itself, outside of `cluster.domain`"""


@dataclass(frozen=True, slots=True)
class Vault(Table):
    """Where the platform's secrets are."""

    workload: kinds.Label = "instance"
    """its StatefulSet, the Service in front of all its servers, and what each server's own name begins with"""
    servers: kinds.Count = 3
    """how many servers it has"""
    engine: kinds.Text = "kv"
    """the engine with the platform's secrets (KV version 2); scenarios write below `clusterspec/` in it"""


@dataclass(frozen=True, slots=True)
class Backups(Table):
    """Who takes snapshots."""

    etcd: kinds.Namespaced = "kube-system/etcd-snapshot"
    """etcd's CronJob"""
    vault: kinds.Namespaced = "vault/vault-snapshot"
    """Vault's CronJob, in Vault's namespace"""

    def job(self, store: str) -> tuple[str, str]:
        """The namespace and the name of the CronJob of a store, "etcd" or "vault"."""
        namespace, _, name = str(getattr(self, store)).partition("/")
        return namespace, name


@dataclass(frozen=True, slots=True)
class Identity(Table):
    """The identity provider: whose pages and administration it has, and who it lets in."""

    kind: Literal["keycloak", "authentik"]
    """whose login page and whose administration it has; the lab's is `"keycloak"`"""
    issuer: kinds.Url
    """what its tokens are issued by, at `services.identity.host`. `{client}` in it stands for a client's id, where each
    client has an issuer of its own (authentik: `https://auth.example.org/application/o/{client}/`)"""
    code_lifetime: kinds.Duration
    """an authorization code that is older is refused; at most ten minutes (RFC 6749, 4.1.2)"""
    allowed_group: kinds.Text
    """whoever is not in this group is refused by the provider"""
    administrator: kinds.Text = "admin"
    """the name of the account behind the credential `identity-admin`. authentik does not use it: the credential is an
    API token there"""
    foreign_audience: kinds.Text | None = None
    """a scope that relying parties do not ask for. Whoever asks for it gets an ID token for another audience, which is
    refused (Keycloak: hardcoded claims `aud` and `azp` in an optional scope of each client; authentik: a scope mapping
    that returns `{"aud": "somebody-else"}`). Without it, tokens for another audience are *unsupported*"""

    def issuer_of(self, client_id: str) -> str:
        """Return the issuer that tokens for a client name (their ``iss``), below which its discovery document is."""
        return self.issuer.replace("{client}", client_id)


@dataclass(frozen=True, slots=True)
class RelyingParty(Table):
    """An application that people sign in to by the identity provider: an OpenID Connect client."""

    client_id: kinds.Text
    """as the provider knows it; each is there once"""
    login_start: kinds.Url
    """the address that is asked to begin a login"""
    redirect_uri: kinds.Url
    """where the provider sends people back, at the same host"""
    scopes: tuple[kinds.Text, ...]
    """what is asked for at the start; `openid` is one of them"""
    username_claim: kinds.Text
    """the claim that becomes the account's name"""
    admin_group: kinds.Text | None = None
    """the group whose members administer it; without it nothing is said of administrators"""
    administrator: kinds.Text | None = None
    """Gitea's, Harbor's and Grafana's: the account behind the credential `gitea-admin`, `harbor-admin`,
    `grafana-admin`; `"gitea-admin"`, `"admin"`, `"admin"`"""
    role: kinds.Text | None = None
    """Vault's: the role by which people sign in"""


@dataclass(frozen=True, slots=True)
class Repository(Table):
    """The owner's repository of manifests."""

    path: kinds.Folder
    """the folder of the repository"""
    waivers: kinds.File | None = None
    """the file of waivers; without it `clusterspec-waivers.toml` in the repository, if there is one"""


@dataclass(frozen=True, slots=True)
class Registry(Table):
    """The platform's own registry, which passes on what others have."""

    mirrored: tuple[kinds.Domain, ...]
    """those other registries, as images name them: every node has a mirror for each"""
    unseen: tuple[kinds.Text, ...]
    """small images with BusyBox that the registry does not have yet, by name and tag; only the name counts. Every run
    pulls one, and it stays: when none is left the scenario is *unknown*, until you remove them from the registry or
    name others"""


@dataclass(frozen=True, slots=True)
class Service(Table):
    """One system on the cluster."""

    namespace: kinds.Label
    """its namespace in Kubernetes"""
    host: kinds.Domain | None = None
    """its host name, the domain or a name under it"""
    workload: kinds.Label | None = None
    """its Deployment, of MetalLB the DaemonSet that announces, if it is not called as the table; faults need it"""


@dataclass(frozen=True, slots=True)
class SecretRef(Table):
    """One key of a Secret in the cluster itself."""

    namespace: kinds.Label
    """the Secret's namespace"""
    name: kinds.Domain
    """the Secret's name"""
    key: kinds.Text
    """the key in it"""


@dataclass(frozen=True, slots=True)
class Credential(Table):
    """Where a secret is kept; exactly one source. The value is never in an inventory."""

    file: kinds.File | None = None
    """a file with nothing but the secret (for a kubeconfig: the kubeconfig)"""
    environment: kinds.Text | None = None
    """an environment variable (for a kubeconfig: it holds the path, as `KUBECONFIG` does)"""
    kubernetes_secret: SecretRef | None = None
    """`{ namespace = …, name = …, key = … }`: one `key` of a Secret in the cluster"""
