"""The lab's pod images: small, built from scratch out of programs that are already here, shared by all nodes.

Each ``<name>.toml`` in this folder is one image; adding a file adds an image. ``planting.plant`` gives them
to a node.
"""

from provisioning.lab.images.planting import plant

__all__ = ["plant"]
