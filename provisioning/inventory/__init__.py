"""What a cluster is: a typed, frozen value read from a TOML file (see `inventories/README.md`)."""

from provisioning.inventory.errors import InventoryError, InventoryErrors
from provisioning.inventory.kinds import AddressRange
from provisioning.inventory.load import load
from provisioning.inventory.model import (
    CONTROLPLANE,
    WORKER,
    Capabilities,
    Cluster,
    Credential,
    Inventory,
    LabAddresses,
    Node,
    NodeKind,
    Pool,
    PowerCommands,
    Probe,
    Profile,
    Routes,
    SecretRef,
    Service,
    VantageName,
    VantageSpec,
    Vips,
)
from provisioning.inventory.write import as_existing, write

__all__ = [
    "CONTROLPLANE",
    "WORKER",
    "AddressRange",
    "Capabilities",
    "Cluster",
    "Credential",
    "Inventory",
    "InventoryError",
    "InventoryErrors",
    "LabAddresses",
    "Node",
    "NodeKind",
    "Pool",
    "PowerCommands",
    "Probe",
    "Profile",
    "Routes",
    "SecretRef",
    "Service",
    "VantageName",
    "VantageSpec",
    "Vips",
    "as_existing",
    "load",
    "write",
]
