"""Charts of the repository, and the values that HelmReleases give to charts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from repository.reading import flux, yamls
from repository.reading.helm import Chart, HelmRelease
from repository.reading.kustomize import folder_of, join
from repository.values import Document, Map, Object, get, maps

CHART = "Chart.yaml"
GROUP = "helm.toolkit.fluxcd.io"


def folders(names: Iterable[str]) -> tuple[str, ...]:
    """The folders that are charts."""
    return tuple(folder_of(name) for name in names if PurePosixPath(name).name == CHART)


def is_template(name: str, charts: Iterable[str]) -> bool:
    """Whether a file is a template of a chart: Go's template language, and not YAML before it is rendered."""
    return any(name.startswith(f"{chart}/templates/" if chart else "templates/") for chart in charts)


def charts(documents: Iterable[Document]) -> tuple[Chart, ...]:
    """The charts with their default values."""
    by_file = {each.file: each for each in documents if isinstance(each.body, Map)}
    return tuple(
        Chart(
            folder=folder,
            name=str(each.body.get("name", "")),
            version=str(each.body.get("version", "")),
            document=each,
            values=by_file.get(join(folder, "values.yaml")),
        )
        for folder, each in ((folder_of(file), each) for file, each in by_file.items())
        if PurePosixPath(each.file).name == CHART
    )


def releases(objects: Iterable[Object], own: Iterable[Chart]) -> Iterator[HelmRelease]:
    """The HelmReleases of a cluster, with the values that they really give."""
    every = tuple(objects)
    maps_by_name = {(one.namespace, one.name): one for one in every if one.kind == "ConfigMap"}
    sources = {(one.kind, one.name): one for one in every if one.kind in ("OCIRepository", "HelmChart")}
    local = {chart.folder: chart for chart in own}
    for one in every:
        if one.kind == "HelmRelease" and one.group == GROUP:
            yield _release(one, maps_by_name, sources, local)


def _release(
    one: Object,
    config: Mapping[tuple[str, str], Object],
    sources: Mapping[tuple[str, str], Object],
    local: Mapping[str, Chart],
) -> HelmRelease:
    spec = get(one.body, "spec", "chart", "spec", default={})
    chart, version = str(spec.get("chart", "")), str(spec.get("version", "") or "")
    reference = get(spec, "sourceRef", default={})
    if given := one.get("spec", "chartRef"):
        reference = given
        found = sources.get((str(given.get("kind")), str(given.get("name"))))
        if found is not None:
            url = str(found.get("spec", "url", default=""))
            chart = str(found.get("spec", "chart", default="")) or url.rpartition("/")[2]
            told = found.get("spec", "ref", default={})
            version = str(
                found.get("spec", "version", default="")
                or told.get("digest")
                or told.get("tag")
                or told.get("semver")
                or ""
            )
        chart = chart or str(given.get("name", ""))
    target = str(one.get("spec", "targetNamespace", default="")) or one.namespace
    name = one.get("spec", "releaseName") or (
        f"{target}-{one.name}" if one.get("spec", "targetNamespace") else one.name
    )
    is_path = reference.get("kind") in ("GitRepository", "Bucket")
    return HelmRelease(
        object=one,
        chart=chart,
        version=version,
        source_kind=str(reference.get("kind", "")),
        source_name=str(reference.get("name", "")),
        source_namespace=str(reference.get("namespace") or one.namespace),
        release_name=str(name),
        namespace=target,
        timeout=flux.seconds(one.get("spec", "timeout")),
        values=_values(one, config),
        local=local.get(join("", chart)) if is_path else None,
    )


def _values(one: Object, config: Mapping[tuple[str, str], Object]) -> Map:
    """The values of the ConfigMaps that it names, in their order, and its own over them."""
    merged = Map(one.at("spec", "values").line)
    for source in maps(one.get("spec", "valuesFrom")):
        named = config.get((one.namespace, str(source.get("name"))))
        text = named.get("data", str(source.get("valuesKey", "values.yaml"))) if named else None
        if source.get("kind") == "ConfigMap" and isinstance(text, str):
            _put_at(merged, source.get("targetPath"), text)
    own = one.get("spec", "values")
    return merge(merged, own) if isinstance(own, Map) else merged


def _put_at(merged: Map, target: Any, text: str) -> None:
    if isinstance(target, str):
        place = merged
        *above, last = re.split(r"\.|\[", target)
        for key in above:
            place = place.setdefault(key, Map(merged.line))
        place[last] = text
        return
    try:
        for _, body in yamls.parse(text):
            if isinstance(body, Map):
                merged.update(merge(merged, body))
    except yaml.YAMLError:
        return


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> Map:
    """Two sets of values, as Helm merges them: mappings into each other, everything else replaced, null removes."""
    merged = Map(getattr(over, "line", 1))
    merged.update(under)
    merged.lines.update(getattr(under, "lines", {}))
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Map) and isinstance(value, Map) else value
        merged.lines[key] = getattr(over, "lines", {}).get(key, merged.line)
    return merged
