"""The faults, by the chapter of what they harm.

Every constant of type Fault in a module here is one; nothing is registered. `python -m faults` lists them.

Not injectable in the lab: a node's wrong clock. The hosts of the lab share the clock of the machine that carries them,
and Linux has namespaces for the boot time only. That the clocks cannot be compared is turned red all the same, by
every fault that takes a node out of reach; what a wrong clock does to logins is shown on the identity provider's, which
libfaketime puts off in its pod alone; and the look at the platform reads every node's clock (incident node-clock-off).
"""
