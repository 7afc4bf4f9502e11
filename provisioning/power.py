"""Power by the operator's own commands, for nodes that the lab did not build."""

from __future__ import annotations

from dataclasses import dataclass

from inventory import Inventory, PowerCommands
from inventory.problem import Problem
from probes.outcomes import CannotObserve
from probes.vantage import Completed, LocalVantage

_SECONDS = 60.0
_HERE = LocalVantage("the machine that runs the suite")


@dataclass(frozen=True, slots=True)
class CommandPower:
    """Switches nodes with the commands of the inventory's ``[power]``; they run on this machine.

    A command that fails, or does not end within a minute, is a ``Problem``: the node's state is then unknown.
    """

    commands: PowerCommands
    nodes: tuple[str, ...]

    @classmethod
    def of(cls, inventory: Inventory) -> CommandPower | None:
        """Return the power over an inventory's nodes, or None if it has no commands for that."""
        names = tuple(node.name for node in inventory.nodes)
        return cls(inventory.power, names) if inventory.power is not None else None

    def off(self, node: str) -> None:
        """Cut the power of a node."""
        self._must("off", self._run(self.commands.off, node))

    def on(self, node: str) -> None:
        """Give it back."""
        self._must("on", self._run(self.commands.on, node))

    def is_on(self, node: str) -> bool:
        """Tell whether the node has power: the command says so in one word, because any command can fail."""
        done = self._run(self.commands.status, node)
        self._must("status", done)
        word = done.stdout.strip()
        if word not in ("on", "off"):
            raise Problem(
                f"{done}, and said neither on nor off", "let power.status in the inventory print one of them"
            )
        return word == "on"

    def hosts(self) -> tuple[str, ...]:
        """Name the nodes."""
        return self.nodes

    def _run(self, command: tuple[str, ...], node: str) -> Completed:
        if node not in self.nodes:
            raise Problem(f"'{node}' is no node of the inventory", f"name one of {', '.join(self.nodes)}")
        try:
            return _HERE.run([word.replace("{node}", node) for word in command], timeout=_SECONDS)
        except CannotObserve as error:
            raise Problem(str(error), "correct the commands in [power] of the inventory") from error

    def _must(self, verb: str, done: Completed) -> None:
        if done.returncode != 0:
            raise Problem(str(done), f"correct power.{verb} in the inventory, or what it talks to")
