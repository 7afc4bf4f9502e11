"""Scripts."""

from __future__ import annotations

from pathlib import Path

from tests.unit.repository.made import repository

SCRIPT = """\
#!/usr/bin/env bash
NAMESPACE=dns-system
twice=1
twice=2
wait_for() {
  kubectl wait "deployment/$1" -n "$NAMESPACE" --timeout=60s
}
for name in a b; do wait_for "$name"; done
timeout 300 bash -c 'until kubectl get nodes | grep Ready; do sleep 5; done'
if [ "$(kubectl get nodes | wc -l)" -eq 5 ]; then echo "$twice"; fi
"""


def test_commands_and_their_lines(tmp_path: Path) -> None:
    read = repository(tmp_path, {"bootstrap": SCRIPT, "notes.txt": "kubectl get pods\n"})
    (script,) = read.scripts
    commands = {each.place.line: each for each in script.commands if each.name == "kubectl"}
    assert commands[6].words == ("kubectl", "wait", "deployment/$1", "-n", "dns-system", "--timeout=60s")
    assert commands[9].words == ("kubectl", "get", "nodes")
    assert commands[9].within[:2] == ("timeout", "300")
    assert commands[10].words == ("kubectl", "get", "nodes")
    assert [each.words for each in script.commands if each.name == "echo"] == [("echo", "$twice")]


def test_what_terraform_runs(tmp_path: Path) -> None:
    text = """
    resource "null_resource" "wait" {
      provisioner "local-exec" {
        command = <<-EOT
          kubectl --kubeconfig ${path.module}/kubeconfig wait deployment/web
        EOT
      }
    }
    """
    (script,) = repository(tmp_path, {"main.tf": text}).scripts
    (command,) = script.commands
    assert command.words == ("kubectl", "--kubeconfig", "$TERRAFORM/kubeconfig", "wait", "deployment/web")
    assert str(command.place) == "main.tf:4"


def test_what_bash_refuses_is_unread(tmp_path: Path) -> None:
    read = repository(tmp_path, {"broken.sh": "if true; then\n"})
    (unread,) = read.unread
    assert (unread.kind, unread.place.file) == ("shell", "broken.sh")
