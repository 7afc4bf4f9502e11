"""What clusters get through Flux and Kustomize, rendered by the real program."""

from __future__ import annotations

from pathlib import Path

from repository.repository import Repository
from tests.unit.repository.made import SYNC, config_map, flux, repository, resources

APPS = flux(
    "apps",
    "./k8s/apps",
    """\
  dependsOn:
    - name: infra
  timeout: 1m30s
  wait: true
  targetNamespace: apps
  healthChecks:
    - apiVersion: apps/v1
      kind: Deployment
      name: web
      namespace: apps
  postBuild:
    substitute:
      COLOUR: blue
    substituteFrom:
      - kind: Secret
        name: only-in-the-cluster
""",
)


def cluster(tmp_path: Path, **more: str) -> Repository:
    files = {
        "k8s/flux-system/gotk-sync.yaml": SYNC,
        "k8s/kustomization.yaml": resources("apps.yaml", "infra.yaml"),
        "k8s/apps.yaml": APPS,
        "k8s/infra.yaml": "# above\n" + flux("infra", "./k8s/infra"),
        "k8s/forgotten/flux.yaml": flux("forgotten", "./k8s/forgotten"),
        "k8s/apps/kustomization.yaml": "namePrefix: my-\n" + resources("one.yaml", "../base"),
        "k8s/apps/one.yaml": config_map("one", "ignored", "key: ${COLOUR} ${OTHER:=red}"),
        "k8s/base/kustomization.yaml": resources("two.yaml"),
        "k8s/base/two.yaml": "# a comment\n---\n" + config_map("two"),
        "k8s/infra/a.yaml": config_map("three") + "---\n" + config_map("four"),
        "k8s/infra/deep/kustomization.yaml": "configMapGenerator:\n  - name: made\n    literals: [a=b]\n",
    }
    return repository(tmp_path, {**files, **{name.replace("__", "/"): text for name, text in more.items()}})


def test_everything_is_followed_from_the_root(tmp_path: Path) -> None:
    read = cluster(tmp_path)
    assert read.unread == ()
    (found,) = read.clusters
    assert (found.name, [each.object.name for each in found.kustomizations]) == (
        "k8s",
        ["flux-system", "apps", "infra"],
    )
    assert [str(each) for each in read.kustomizations if not each.rooted] == [
        "Kustomization flux-system/forgotten"
    ]
    apps = found.kustomizations[1]
    assert (apps.path, apps.timeout, apps.interval, apps.wait) == ("k8s/apps", 90.0, 600.0, True)
    assert [(each.name, str(each.place)) for each in apps.depends_on] == [("infra", "k8s/apps.yaml:14")]
    assert apps.health_checks[0].api_version == "apps/v1"


def test_an_object_is_traced_to_where_it_was_written(tmp_path: Path) -> None:
    objects = {each.name: each for each in cluster(tmp_path).objects}
    assert str(objects["my-one"].at("data", "key")) == "k8s/apps/one.yaml:7"
    assert (objects["my-two"].namespace, str(objects["my-two"].at())) == ("apps", "k8s/base/two.yaml:3")
    assert str(objects["four"].at("metadata", "name")) == "k8s/infra/a.yaml:12"
    assert objects["four"].renderer == "flux-system/infra"
    made = next(each for name, each in objects.items() if name.startswith("made-"))
    assert (made.source, made.file) == (None, "k8s/infra/deep/kustomization.yaml")
    assert all("origin" not in str(each.body) for each in objects.values())


def test_variables_are_put_in_as_far_as_they_are_known(tmp_path: Path) -> None:
    objects = {each.name: each for each in cluster(tmp_path).objects}
    assert objects["my-one"].get("data", "key") == "blue ${OTHER:=red}"
    assert objects["my-one"].holes == {"OTHER"}
    assert objects["four"].holes == frozenset()


def test_nothing_is_fetched(tmp_path: Path) -> None:
    read = repository(
        tmp_path,
        {
            "kustomization.yaml": resources(
                "one.yaml", "https://git.example/a.yaml", "git.example.com/owner/base?ref=v1"
            )
            + "configMapGenerator:\n  - name: made\n    files: [a.json=https://git.example/a.json]\n"
            + "helmCharts:\n  - name: web\n    repo: https://charts.example\n",
            "one.yaml": config_map("one"),
        },
    )
    assert [(each.kind, each.place.line) for each in read.unread] == [
        ("rendered", 3),
        ("rendered", 4),
        ("rendered", 7),
        ("rendered", 9),
    ]
    assert "one" in {each.name for each in read.objects}, "the rest is rendered"


def test_what_cannot_be_rendered_is_unread_at_the_entry_that_is_wrong(tmp_path: Path) -> None:
    (unread,) = repository(
        tmp_path,
        {"k/kustomization.yaml": resources("there.yaml", "gone.yaml"), "k/there.yaml": config_map("a")},
    ).unread
    assert (unread.kind, str(unread.place)) == ("rendered", "k/kustomization.yaml:3")
    assert str(tmp_path) not in unread.why
    assert "gone.yaml" in unread.why


def test_what_a_parent_patches_is_what_counts(tmp_path: Path) -> None:
    patch = """\
patches:
  - target: {kind: Kustomization}
    patch: |
      - op: add
        path: /spec/wait
        value: true
"""
    read = cluster(tmp_path, **{"k8s__kustomization.yaml": resources("apps.yaml", "infra.yaml") + patch})
    assert [each.wait for each in read.clusters[0].kustomizations] == [False, True, True]


def test_a_cluster_scoped_object_has_no_namespace(tmp_path: Path) -> None:
    issuer = "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata:\n  name: prod\n"
    read = cluster(tmp_path, **{"k8s__apps__one.yaml": issuer})
    assert {(each.namespace, each.name) for each in read.kinds("ClusterIssuer")} == {("", "my-prod")}


def test_several_clusters_are_kept_apart(tmp_path: Path) -> None:
    files = {
        f"clusters/{name}/apps.yaml": flux("apps", f"./apps/{name}") for name in ("production", "staging")
    } | {
        f"apps/{name}/one.yaml": config_map("one", data=f"key: {name}") for name in ("production", "staging")
    }
    read = repository(tmp_path, files)
    assert [each.name for each in read.clusters] == ["clusters/production", "clusters/staging"]
    assert [[one.get("data", "key") for one in each.kinds("ConfigMap")] for each in read.clusters] == [
        ["production"],
        ["staging"],
    ]


def test_terraform_says_where_flux_begins(tmp_path: Path) -> None:
    stale = SYNC.replace("./k8s", "./old")
    read = cluster(
        tmp_path,
        **{
            "old__flux-system__gotk-sync.yaml": stale,
            "main.tf": 'resource "flux_bootstrap_git" "this" {\n  path = "k8s"\n}\n',
        },
    )
    assert [each.name for each in read.clusters] == ["k8s"]


def test_the_operator_says_where_flux_begins(tmp_path: Path) -> None:
    instance = (
        "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata:\n  name: flux\n  namespace: flux-system\n"
        "spec:\n  sync:\n    kind: GitRepository\n    url: https://git.example/a\n    path: cluster\n"
    )
    files = {
        "flux/instance.yaml": instance,
        "cluster/apps.yaml": flux("apps", "./apps"),
        "apps/a.yaml": config_map("a"),
    }
    (found,) = repository(tmp_path, files).clusters
    assert (found.name, [str(each) for each in found.kinds("ConfigMap")]) == (
        "cluster",
        ["ConfigMap default/a"],
    )


def test_another_repository_is_not_looked_for_here(tmp_path: Path) -> None:
    other = (
        flux("other", "./k8s/infra")
        .replace("name: flux-system\n", "name: elsewhere\n")
        .replace("namespace: flux-system", "namespace: flux-system", 1)
    )
    source = (
        "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: elsewhere\n"
        "  namespace: flux-system\nspec:\n  interval: 1m\n  url: https://git.example/owner/other.git\n"
    )
    read = cluster(tmp_path, **{"k8s__infra.yaml": other + source})
    (unread,) = read.unread
    assert "is another repository" in unread.why
    assert [each.path for each in read.clusters[0].kustomizations] == ["k8s", "k8s/apps", None]


def test_artifacts_are_followed(tmp_path: Path) -> None:
    generator = (
        "apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata:\n  name: parts\n"
        "spec:\n  sources: [{alias: all, kind: GitRepository, name: flux-system}]\n  artifacts:\n    - name: apps\n"
        '      copy: [{from: "@all/k8s/infra/**", to: "@artifact/part/"}]\n'
    )
    part = flux("infra", "./part").replace(
        "kind: GitRepository\n    name: flux-system", "kind: ExternalArtifact\n    name: apps"
    )
    read = cluster(tmp_path, **{"k8s__infra.yaml": part + "---\n" + generator})
    assert read.clusters[0].kustomizations[2].path == "k8s/infra"
