"""Terraform's files."""

from __future__ import annotations

from pathlib import Path

from repository.reading.hcl import all_blocks
from repository.values import Expression
from tests.unit.repository.made import repository

MAIN = """
variable "count" { default = 3 }
variable "given" { default = "default" }
variable "asked" {}
locals {
  name  = "web-${var.given}"
  table = { a = { b = [1, 2] } }
}
resource "thing" "one" {
  count   = var.count
  name    = local.name
  inner   = local.table.a.b[1]
  unknown = module.other.value
  mixed   = "x-${module.other.value}"
  choice  = var.count == 3 ? 1 : 2
  config  = yamlencode({ machine = { network = { interfaces = [{ interface = "eth0" }] } } })
  merged  = merge({ a = 1 }, { b = -2 })
  text    = <<-EOT
    first
      second $${HOME}
  EOT
  nested {
    deep = true
  }
}
module "child" {
  source = "./child"
  asked  = "from-${local.name}"
}
"""


def test_values_are_told_as_far_as_the_files_tell_them(tmp_path: Path) -> None:
    read = repository(
        tmp_path,
        {
            "tf/main.tf": MAIN,
            "tf/terraform.tfvars": 'given = "tfvars"\n',
            "tf/child/main.tf": 'variable "asked" {}\nresource "thing" "two" { name = var.asked }\n',
        },
    )
    assert not read.unread
    blocks = {str(each): each for each in all_blocks(read.blocks)}
    body = blocks["resource.thing.one"].body
    assert body["count"] == 3
    assert body["name"] == "web-tfvars"
    assert body["inner"] == 2
    assert body["unknown"] == "module.other.value"
    assert isinstance(body["unknown"], Expression)
    assert isinstance(body["mixed"], Expression)
    assert isinstance(body["choice"], Expression)
    assert body["config"]["machine"]["network"]["interfaces"][0]["interface"] == "eth0"
    assert body["merged"] == {"a": 1, "b": -2}
    assert body["text"] == "first\n  second ${HOME}\n"
    assert not isinstance(body["text"], Expression)
    assert blocks["resource.thing.one"].inner("nested")[0].body == {"deep": True}
    assert str(blocks["resource.thing.one"].at("name")) == "tf/main.tf:10"
    assert blocks["resource.thing.two"].body["name"] == "from-web-tfvars"


def test_a_reference_to_itself_ends(tmp_path: Path) -> None:
    read = repository(tmp_path, {"main.tf": 'locals { a = local.b\n b = local.a }\nx "y" { z = local.a }\n'})
    assert isinstance(read.blocks[1].body["z"], Expression)


def test_what_is_not_hcl_is_unread_with_its_line(tmp_path: Path) -> None:
    read = repository(tmp_path, {"main.tf": 'good "one" { a = 1 }\n\nbad { = }\n'})
    (unread,) = read.unread
    assert (unread.kind, str(unread.place)) == ("hcl", "main.tf:3")
    assert read.blocks[0].body == {"a": 1}
