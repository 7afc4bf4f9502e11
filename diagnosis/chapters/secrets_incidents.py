"""Known causes of secrets that do not arrive, change under their users, or do not open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from diagnosis.chapters.secrets import EXTERNAL_SECRETS, RELOADER, SEALED_SECRETS, Look
from diagnosis.incident import Evidence, Incident, contradicted, either, on
from diagnosis.look import seen
from probes.literals import Literal
from probes.seal import SealStatus
from probes.secrets import Consumer

_YEAR = timedelta(hours=8760)
_ENDING = timedelta(days=30)


def _absent(operator: str) -> Callable[[Evidence], bool]:
    """A Deployment of this name is declared, and has no ready pod."""
    return on(
        Look,
        lambda look: any(each.name == operator and each.ready == 0 for each in seen(look.operators, ())),
    )


def _unsealed(look: Look) -> bool:
    """No server of Vault was seen to be sealed, or silent."""
    return all(each == SealStatus(sealed=False) for each in seen(look.servers, {}).values())


def _a_server_sealed(look: Look) -> bool:
    return SealStatus(sealed=True) in seen(look.servers, {}).values()


def _store_refused(look: Look) -> bool:
    """A store is not ready, while every server of Vault is unsealed."""
    refused = any(not each.ready for each in seen(look.stores, ()))
    return refused and bool(seen(look.servers, {})) and _unsealed(look)


def _not_synced(look: Look) -> bool:
    """An ExternalSecret is not ready, although every store is, and every server of Vault unsealed."""
    missing = any(not each.ready for each in seen(look.asked, ()))
    return missing and _unsealed(look) and all(each.ready for each in seen(look.stores, ()))


def _drawn_again(look: Look) -> bool:
    """A generator makes a value up, and does so again within a year."""
    generated = (each.refresh for each in seen(look.asked, ()) if each.generators)
    return any(refresh is not None and refresh < _YEAR for refresh in generated)


def _other_pair(look: Look) -> bool:
    """The private key is not the certificate's, the cluster has another pair, or a SealedSecret is for another."""
    pair, keys = seen(look.pair, None), {each.certificate.public_key for each in seen(look.keys, ())}
    broken = pair is not None and not pair.whole
    elsewhere = pair is not None and bool(keys) and pair.certificate.public_key not in keys
    return broken or elsewhere or any(each.undecryptable for each in seen(look.sealed, ()))


def _younger_pair(look: Look) -> bool:
    """The cluster opens with the pair of layer 00, and with others too."""
    pair, keys = seen(look.pair, None), {each.certificate.public_key for each in seen(look.keys, ())}
    return pair is not None and len(keys) > 1 and pair.certificate.public_key in keys


def _ending(look: Look) -> bool:
    """The certificate of layer 00 does not last another 30 days."""
    pair, at = seen(look.pair, None), seen(look.at, None)
    return pair is not None and at is not None and pair.certificate.not_after - at < _ENDING


def _unheard(evidence: Evidence) -> bool:
    """A workload has a Secret from Vault, and does not ask to be restarted when that changes."""
    return any(each.unasked for each in evidence.facts(Consumer))


def _in_the_clear(evidence: Evidence) -> bool:
    """An object of the cluster holds what is secret."""
    return bool(evidence.facts(Literal))


INCIDENTS = (
    Incident(
        slug="vault-sealed",
        symptom="Secret stores are not Ready; after the next restart programs wait for Secrets that do not come.",
        cause="A server of Vault was started again and was not unsealed, or its administrator has sealed it.",
        cure="Unseal it, and see why it did not do so by itself.",
        matches=on(Look, _a_server_sealed),
        about=("secrets/*", "platform/*"),
        reproduce="pytest -m conformance --fault vault_server_sealed",
    ),
    Incident(
        slug="vault-cluster-addr",
        symptom='Peers collide, or "Cluster address must be set".',
        cause="cluster_addr is a shared name, or a template was written with the wrong syntax.",
        cure="Give each server its own name.",
        about=("secrets/vault", "vault-raft-voters"),
        unproven="No fault writes another configuration for Vault's servers: they would not come up again.",
    ),
    Incident(
        slug="vault-leader-lost",
        symptom="Writes fail for long after a server has died, or what was written is gone.",
        cause="The others cannot reach each other to vote, or the volumes are not what they should be.",
        cure="See the addresses of the peers; see which of them has voted.",
        about=("secrets/vault_resilience", "vault-leader-killed"),
        unproven="No fault cuts Vault's servers off from each other, or takes a volume away from one.",
    ),
    Incident(
        slug="vault-retry-join-fresh",
        symptom="Only the first server is there, and crashes on an empty volume.",
        cause="retry_join is set before there is a server to join.",
        cure="Let the others join by the API when the first one is initialised.",
        about=("secrets/vault", "vault-raft-voters"),
        unproven="It strikes while Vault is initialised for the first time, and no fault is in a bootstrap.",
    ),
    Incident(
        slug="store-unauthenticated",
        symptom="The store is not Ready, and Secrets stay as they were last; everything else of Vault is well.",
        cause="The role is not known, bound to another account, or Vault can no longer ask the API whose token it is.",
        cure="Correct the role in the store, or its binding in Vault.",
        matches=on(Look, _store_refused),
        about=("secrets/*",),
        reproduce="pytest -m conformance --fault store_unauthenticated",
    ),
    Incident(
        slug="secret-not-synced",
        symptom="An ExternalSecret is not Ready, all others are; its pods do not start.",
        cause="Vault does not have the path or the property that it asks for.",
        cure="Write it into Vault, or correct the reference.",
        matches=on(Look, _not_synced),
        about=("secrets/*", "missing-vault-secret-not-invented", "vault-change-reaches-pods"),
        reproduce="pytest -m conformance --fault secret_not_in_vault",
    ),
    Incident(
        slug="external-secrets-down",
        symptom="Every ExternalSecret says synced, with yesterday's values; a change in Vault arrives nowhere.",
        cause="The External Secrets operator has no ready pod.",
        cure="Scale it up; look at its log.",
        matches=_absent(EXTERNAL_SECRETS),
        about=("secrets/*",),
        reproduce="pytest -m conformance --fault external_secrets_absent",
    ),
    Incident(
        slug="eso-generator-rotates",
        symptom="A service is well for hours, then every login fails.",
        cause="A generator makes a new value at each refresh, while the old one is in use.",
        cure="Keep generated values in Vault; refresh them never, or together with their users.",
        matches=either(contradicted, on(Look, _drawn_again)),
        about=("secrets/*", "pods-replaced-on-secret-change", "decision-generators-do-not-rotate"),
        reproduce="pytest -m conformance --fault generator_rotates",
    ),
    Incident(
        slug="rotation-restarter-down",
        symptom="Secrets change in the cluster, pods go on with the old ones.",
        cause="The restarter (Reloader) has no ready pod, or the workload does not ask for it.",
        cure="Scale it up; put its annotation on the workload.",
        matches=_absent(RELOADER),
        about=("secrets/rotation",),
        reproduce="pytest -m conformance --fault restarter_absent",
    ),
    Incident(
        slug="secret-change-unheard",
        symptom="The value in Vault is changed, all is well, and hours later every login is refused.",
        cause="The workload lacks the annotation that asks for a restart, so its pods have the value from before.",
        cure="Annotate it with `reloader.stakater.com/auto`, and restart it once by hand.",
        matches=_unheard,
        about=("secrets/rotation",),
        reproduce="pytest -m conformance --fault restart_not_asked",
    ),
    Incident(
        slug="secret-in-git",
        symptom="A password stands in the repository's history.",
        cause="It was written into a manifest or into a chart's values.",
        cure="Make a new one, keep it in Vault, refer to it.",
        matches=either(contradicted, _in_the_clear),
        about=("decision-no-literal-secrets",),
        reproduce="pytest -m conformance --fault secret_in_the_clear",
    ),
    Incident(
        slug="sealed-secrets-down",
        symptom="SealedSecrets have no status, and their Secrets do not come.",
        cause="The controller of SealedSecrets has no ready pod.",
        cure="Scale it up; look at its log.",
        matches=_absent(SEALED_SECRETS),
        about=("secrets/sealed_secrets", "bootstrap/destroy"),
        reproduce="pytest -m conformance --fault sealed_secrets_absent",
    ),
    Incident(
        slug="sealedsecret-wrong-keypair",
        symptom="After a rebuild the sealed secrets do not open; everything that needs them waits for ever.",
        cause="The private key is not that of the certificate they were sealed with.",
        cure=(
            "Put the right pair back into layer 00; never make a new one while secrets in git are sealed "
            "for the old."
        ),
        matches=on(Look, _other_pair),
        about=("bootstrap/destroy", "destroy-leaves-no-trace", "sealed-for-other-key-refused"),
        reproduce="pytest -m conformance --fault sealing_key_replaced",
    ),
    Incident(
        slug="sealing-key-renewed",
        symptom=(
            "kubeseal seals for a key that is lost with the cluster; after the next rebuild that "
            "secret does not open."
        ),
        cause="The controller makes a new key pair every 30 days, unless its renewal is turned off.",
        cure="Turn the renewal off, remove the younger pair, seal again what was sealed for it.",
        matches=on(Look, _younger_pair),
        about=("secrets/sealed_secrets", "bootstrap/destroy"),
        reproduce="pytest -m conformance --fault sealing_key_renewed",
    ),
    Incident(
        slug="sealing-certificate-ending",
        symptom="Soon kubeseal will refuse to seal for it.",
        cause="The certificate of layer 00 was made with a short life, long ago.",
        cure="Renew it with the same key.",
        matches=on(Look, _ending),
        reproduce="pytest -m conformance --fault sealing_certificate_ending",
    ),
)
