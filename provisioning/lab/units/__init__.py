"""The units of the lab: one file a unit, one folder a layer."""
