"""A product goes in two commits: first only what holds data is left, then nothing; and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import yaml
from tests.render import test_redshift as redshift
from tests.render.meshes import RIDES, ZONES, city, document, rendered, replaced
from tests.render.test_kubernetes_runtime import JOB, KUSTOMIZATION, with_runtime
from tests.render.warehouse import warehouse

from meshwarden.render.keeping import is_kept

UNIT = "rendered/domains/trips/rides"
RETIRED = replaced(f"{RIDES}/data-product.yaml", "status: active", "status: retired")


def objects_below(files: Mapping[str, bytes], unit: str = UNIT) -> set[str]:
    """The names of the files that hold objects."""
    found = (path.rpartition("/")[2] for path in files if path.startswith(f"{unit}/"))
    return {name for name in found if name.endswith(".yaml") and name != "kustomization.yaml"}


def test_the_first_commit_leaves_what_holds_data() -> None:
    found = rendered(RETIRED)
    assert objects_below(found.files) == {
        "bucket-city-rides.yaml",
        "kafkatopic-trips.ride-ended.yaml",
        "kafkatopic-trips.rides.started.ride-started-bfd282b7.yaml",
    }
    bucket = document(found, f"{UNIT}/base/bucket-city-rides.yaml")
    assert is_kept(bucket)
    assert bucket == document(rendered(), f"{UNIT}/base/bucket-city-rides.yaml")


def retired(
    files: Mapping[str, str | None], path: str = f"{RIDES}/data-product.yaml"
) -> dict[str, str | None]:
    """The files with a product that is retired."""
    text = files.get(path) or city()[path]
    assert "status: active" in text
    return {**files, path: text.replace("status: active", "status: retired")}


def test_a_grant_that_is_a_part_of_what_is_kept_ends() -> None:
    """Nobody would take it away any more once the second commit leaves the dataset to itself."""
    dataset = document(
        rendered(retired(warehouse())), f"{UNIT}/base/bigquerydataset-trips-rides.city-lake.yaml"
    )
    assert is_kept(dataset)
    assert [entry["role"] for entry in dataset["spec"]["access"]] == ["OWNER", "OWNER"]
    assert redshift.given(rendered(redshift.files(access=redshift.GRANT)))["readers"] == ["demand"]
    assert redshift.given(rendered(retired(redshift.files(access=redshift.GRANT))))["readers"] == []


@pytest.mark.parametrize("kustomized", [False, True])
def test_its_project_lets_go_of_what_ran(kustomized: bool) -> None:
    """Argo CD leaves alone what the project does not let in: a job would go on for ever."""
    files = {
        "manifests/job.yaml": JOB,
        **({"manifests/kustomization.yaml": KUSTOMIZATION} if kustomized else {}),
    }
    found = rendered(retired(with_runtime(files), f"{ZONES}/data-product.yaml"))
    assert objects_below(found.files, "rendered/domains/demand/by-zone") == set()
    project = document(found, "rendered/argocd/projects/demand.yaml")["spec"]
    assert (
        yaml.safe_load("""
- {group: "", kind: ConfigMap}
- {group: "", kind: ServiceAccount}
- {group: batch, kind: CronJob}
- {group: iam.services.k8s.aws, kind: Policy}
- {group: iam.services.k8s.aws, kind: Role}
- {group: kafka.strimzi.io, kind: KafkaUser}
""")
        == project["namespaceResourceWhitelist"]
    )


def test_the_application_stays_with_the_data() -> None:
    """So that Argo CD takes away what is no more rendered: policies, roles and users."""
    assert f"{UNIT}/overlays/prod/app.json" in rendered(RETIRED).files


def test_the_second_commit_leaves_nothing_of_it() -> None:
    """The Application goes, and its finalizer deletes what it held, but for what says that it is kept."""
    gone = {path: None for path in city() if path.startswith(f"{RIDES}/")}
    assert not any(path.startswith(f"{UNIT}/") for path in rendered(gone).files)
