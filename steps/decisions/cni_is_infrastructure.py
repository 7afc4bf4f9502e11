"""The CNI belongs to the infrastructure and never to GitOps."""

from __future__ import annotations

from pytest_bdd import given, scenarios, then

from probes import objects
from probes.kubernetes import Api
from probes.objects import Object
from steps.vocabulary.seen import Seen

scenarios("decisions/cni_is_infrastructure.feature")

CNIS = ("calico", "cilium", "flannel")


@given("all objects of the cluster that belong to a CNI", target_fixture="cni_objects")
def objects_of_the_cni(api: Api, seen: Seen) -> tuple[Object, ...]:
    found = objects.everything(api).values()
    return seen("the objects of the CNI", tuple(one for one in found if _of_a_cni(one)))


def _of_a_cni(one: Object) -> bool:
    return any(cni in one.name.lower() for cni in CNIS)


@then("there is at least one")
def there_are_some(cni_objects: tuple[Object, ...]) -> None:
    assert cni_objects != (), f"no object is named after {', '.join(CNIS)}"


@then("none of them carries a label of GitOps")
def none_is_owned_by_gitops(cni_objects: tuple[Object, ...]) -> None:
    assert {one.key: one.gitops for one in cni_objects if one.gitops} == {}
