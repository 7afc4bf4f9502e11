"""Names in braces that stand for what only an inventory knows, in the words of faults."""

from __future__ import annotations

from provisioning.target import Target


def filled(target: Target, words: str) -> str:
    """Return words with the names in braces replaced.

    They are "{domain}" and "{parent}", the owner's zone and the one above; "{vps}", the VPS' public address;
    "{ingress}" and "{dns}", the VIPs. What this inventory does not have stays as it is.
    """
    inventory = target.inventory
    vps = inventory.vantages.get("vps")
    known = {
        "{domain}": inventory.cluster.domain,
        "{dns}": str(inventory.vips.dns),
        "{ingress}": str(inventory.vips.ingress),
        **({"{parent}": inventory.dns.parent} if inventory.dns else {}),
        **({"{vps}": str(vps.address)} if vps and vps.address else {}),
    }
    for name, value in known.items():
        words = words.replace(name, value)
    return words
