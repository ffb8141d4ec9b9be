"""Charts that run data products, rendered by the real Helm."""

from __future__ import annotations

import pytest
from tests.render.charts import CHART, DEPLOYMENT, chart_at, packed, rendered, with_runtime
from tests.render.conftest import Build
from tests.render.meshes import RIDES, city, document, replaced

from meshwarden.errors import CouldNotFinish
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

UNIT = "rendered/domains/trips/rides"


def refused(rendering: Rendering, why: Why = Why.REFUSED) -> list[tuple[str, str]]:
    """Place and reason of what a chart or its values keep from being rendered."""
    return [("/".join(map(str, one.pointer)), one.reason) for one in rendering.left_out(why)]


def with_template(text: str, **files: str) -> dict[str, str]:
    """The small mesh, run by the chart with one more template."""
    return {**with_runtime(), **chart_at(f"{RIDES}/chart", templates__more_yaml=text, **files)}


def test_its_objects_lie_in_the_products_namespace_and_say_whose_they_are() -> None:
    found = rendered(with_runtime())
    assert refused(found) == []
    assert document(found, f"{UNIT}/base/service-rides.yaml") == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "rides",
            "namespace": "trips-rides",
            "labels": {
                "app.kubernetes.io/managed-by": "Helm",
                "meshwarden.dev/domain": "trips",
                "meshwarden.dev/owner": "trips",
                "meshwarden.dev/product": "rides",
            },
        },
        "spec": {"ports": [{"port": 80}]},
    }


def test_they_build_and_are_within_the_domains_project(build: Build) -> None:
    changes = with_runtime()
    built = build(found := rendered(changes), city(changes))[f"{UNIT}/overlays/prod"]
    assert {"Service", "ConfigMap"} <= {entry["kind"] for entry in built}
    project = "project `trips` needs kind `/{}`, which is beyond mesh.yaml's ceiling"
    assert {project.format("ConfigMap"), project.format("Service")} <= {
        one.message for one in found.beyond_ceiling
    }


def test_an_environment_has_its_own_values_and_its_own_kubernetes() -> None:
    text = city()[DEPLOYMENT].replace(
        "spec:\n", "spec:\n  runtime: {helm: {chart: chart, values: values.yaml}}\n"
    )
    text = text.replace(
        "    - name: prod\n", "    - name: prod\n      runtime: {helm: {values: more.yaml}}\n"
    )
    found = rendered(
        {
            **with_runtime(),
            DEPLOYMENT: text,
            f"{RIDES}/more.yaml": "host: db.example.com\n",
            **replaced("mesh.yaml", "    - name: prod\n", '    - name: prod\n      kubernetes: "1.33"\n'),
        }
    )
    changes = document(found, f"{UNIT}/overlays/prod/patches/configmap-rides.yaml")
    assert {entry["path"]: entry["value"] for entry in changes if entry["op"] == "replace"} == {
        "/data/host": "db.example.com",
        "/data/kubernetes": "v1.33",
    }


def test_a_product_of_the_platform_is_a_chart_too() -> None:
    product = "platform/product-experience/products/api"
    manifest = """apiVersion: meshwarden.dev/v1alpha1
kind: PlatformProduct
metadata: {name: api}
spec: {package: helm, path: chart, version: 1.2.0, owner: platform}
"""
    changes = with_runtime("{product: api, values: values.yaml, release: rides-api}")
    found = rendered({**changes, **chart_at(f"{product}/chart"), f"{product}/product.yaml": manifest})
    assert f"{UNIT}/base/service-rides-api.yaml" in found.files
    (unit,) = (unit for unit in found.units if unit.folder == UNIT)
    assert f"{product}/product.yaml" in unit.sources


@pytest.mark.parametrize("package", ["operator", "terraform"])
def test_a_product_of_another_package_is_refused(package: str) -> None:
    product = "platform/product-experience/products/api/product.yaml"
    manifest = f"""apiVersion: meshwarden.dev/v1alpha1
kind: PlatformProduct
metadata: {{name: api}}
spec: {{package: {package}, path: chart, version: 1.2.0, owner: platform}}
"""
    found = rendered({**with_runtime("{product: api}"), product: manifest})
    reason = "`api` is no product of the platform whose package is a Helm chart"
    assert refused(found, Why.CHART) == [("spec/runtime/helm/product", reason)]


def test_a_packed_chart_with_a_packed_subchart() -> None:
    below = {
        **CHART,
        "Chart.yaml": "apiVersion: v2\nname: cache\nversion: 0.1.0\n",
        "values.schema.json": "{}",
    }
    dependency = "dependencies: [{name: cache, version: 0.1.0, condition: cache.enabled}]\n"
    files: dict[str, str | bytes] = {
        **CHART,
        "Chart.yaml": CHART["Chart.yaml"] + dependency,
        "values.schema.json": "{}",
        "charts/cache-0.1.0.tgz": packed({**below, "templates/service.yaml": ""}),
        "templates/config.yaml": "",
    }
    archive = {f"{RIDES}/api-1.2.0.tgz": packed(files)}
    said = "{chart: api-1.2.0.tgz, values: values.yaml}"
    on = "cache: {enabled: true, host: cache.example.org}\n"
    found = rendered(with_runtime(said, on), archive)
    assert document(found, f"{UNIT}/base/configmap-rides.yaml")["data"]["host"] == "cache.example.org"
    found = rendered(with_runtime(said, "cache: {enabled: false}\n"), archive)
    assert f"{UNIT}/base/service-rides.yaml" in found.files
    assert f"{UNIT}/base/configmap-rides.yaml" not in found.files


def test_hooks_are_argo_cds_to_run_and_tests_are_left_out() -> None:
    job = """apiVersion: batch/v1
kind: Job
metadata: {name: %s, annotations: {helm.sh/hook: "%s"}}
"""
    found = rendered(
        with_template(job % ("migrate", "pre-upgrade,pre-install") + "---\n" + job % ("ask", "test"))
    )
    hook = document(found, f"{UNIT}/base/job-migrate.yaml")
    assert hook["metadata"]["annotations"] == {"helm.sh/hook": "pre-upgrade,pre-install"}
    assert f"{UNIT}/base/job-ask.yaml" not in found.files


def test_what_holds_data_is_kept_and_a_custom_resource_may_come_before_its_crd() -> None:
    objects = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
---
apiVersion: example.org/v1
kind: Thing
metadata: {name: thing, namespace: trips-rides}
"""
    found = rendered(with_template(objects))
    option = "argocd.argoproj.io/sync-options"
    claim = document(found, f"{UNIT}/base/persistentvolumeclaim-data.yaml")["metadata"]
    thing = document(found, f"{UNIT}/base/thing-thing.yaml")["metadata"]
    assert (claim["namespace"], claim["annotations"]) == ("trips-rides", {option: "Prune=false,Delete=false"})
    assert thing["annotations"] == {option: "SkipDryRunOnMissingResource=true"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n",
            "the chart's ClusterRole `all` belongs to no namespace, and a data product has only its own",
            id="of the cluster",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Service\nmetadata: {name: dns, namespace: kube-system}\n",
            "the chart's Service `dns` lies in namespace `kube-system`, and not in the product's own",
            id="of another namespace",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: swordfish}\n",
            "the chart's Secret `key` says what is secret, and would lie in Git for all to read",
            id="secret",
        ),
        pytest.param(
            "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: thing}\n",
            "the chart's Thing `thing` belongs to no namespace, and a data product has only its own",
            id="of a kind that nobody knows",
        ),
    ],
)
def test_what_no_product_may_have_is_left_out_and_told(text: str, reason: str) -> None:
    found = rendered(with_template(text))
    assert refused(found) == [("spec/runtime/helm/chart", reason)]
    assert f"{UNIT}/base/service-rides.yaml" in found.files
    assert not any(b"swordfish" in content for content in found.files.values())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param(
            with_template("{{ fail `no way` }}"),
            "execution error at (api/templates/more.yaml:1:3): no way",
            id="a template that fails",
        ),
        pytest.param(
            with_template("a: {{ .Values.host"),
            "parse error at (api/templates/more.yaml:1): unclosed action",
            id="a template that is none",
        ),
        pytest.param(
            {**with_runtime(), f"{RIDES}/chart/Chart.yaml": "apiVersion: v2\nname: api\n"},
            "validation: chart.metadata.version is required",
            id="a chart that Helm refuses",
        ),
        pytest.param(
            {
                **with_runtime(),
                f"{RIDES}/chart/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\ntype: library\n",
            },
            "library charts are not installable",
            id="a library",
        ),
    ],
)
def test_a_chart_that_helm_cannot_render_is_told_in_helms_words(changes: dict[str, str], reason: str) -> None:
    ((place, said),) = refused(rendered(changes), Why.CHART)
    assert place == "spec/runtime/helm/chart"
    assert said.startswith(f"Helm cannot render `{RIDES}/chart`: ")
    assert reason in said
    assert "/tmp" not in said


def test_a_dependency_that_is_not_vendored_is_told() -> None:
    dependency = "dependencies: [{name: cache, version: 0.1.0, repository: https://charts.example.org}]\n"
    changes = {**with_runtime(), f"{RIDES}/chart/Chart.yaml": CHART["Chart.yaml"] + dependency}
    ((_, reason),) = refused(rendered(changes), Why.CHART)
    assert reason.endswith("found in Chart.yaml, but missing in charts/ directory: cache")


def test_a_chart_for_another_kubernetes_is_refused() -> None:
    changes = {
        **with_runtime(),
        f"{RIDES}/chart/Chart.yaml": CHART["Chart.yaml"] + 'kubeVersion: ">=1.35.0-0"\n',
        **replaced("mesh.yaml", "    - name: prod\n", '    - name: prod\n      kubernetes: "1.33"\n'),
    }
    ((_, reason),) = refused(rendered(changes), Why.CHART)
    assert "chart requires kubeVersion: >=1.35.0-0 which is incompatible with Kubernetes v1.33" in reason


@pytest.mark.parametrize(
    ("said", "place", "reason"),
    [
        ("{chart: ../../x}", "chart", f"`../../x` names nothing below `{RIDES}`"),
        ("{chart: chart, values: /etc/passwd}", "values", f"`/etc/passwd` names nothing below `{RIDES}`"),
        (
            '{chart: chart, release: "--post-renderer=x"}',
            "release",
            "`--post-renderer=x` is no name of a release: wanted an RFC 1123 label of at most 53 characters",
        ),
        ("{chart: none}", "chart", f"Helm cannot render `{RIDES}/none`: `{RIDES}/none` is not there"),
        (
            "{chart: contracts}",
            "chart",
            f"Helm cannot render `{RIDES}/contracts`: `{RIDES}/contracts` is no chart: it has no Chart.yaml",
        ),
    ],
)
def test_what_is_no_chart_is_told(said: str, place: str, reason: str) -> None:
    assert refused(rendered(with_runtime(said)), Why.CHART) == [(f"spec/runtime/helm/{place}", reason)]


def test_a_link_in_a_chart_is_told() -> None:
    found = rendered(with_runtime(), links=(f"{RIDES}/chart/templates/link.yaml",))
    ((_, reason),) = refused(found, Why.CHART)
    assert f"`{RIDES}/chart` cannot be read: `{RIDES}/chart/templates/link.yaml` is a link" in reason


def test_values_that_the_schema_refuses_are_told_where_they_stand() -> None:
    values = "# Where it asks.\nhost: db.example.org\nport: 70000\n\nreplica: 2\n"
    found = rendered(with_runtime(values=values))
    told = [
        (one.path, one.span and (one.span.line, one.span.column), one.reason)
        for one in found.left_out(Why.VALUES)
    ]
    assert told == [
        (f"{RIDES}/values.yaml", (3, 7), "`port`: 70000 is greater than the maximum of 65535"),
        (f"{RIDES}/values.yaml", (5, 1), "`replica` is no field of the document"),
    ]
    assert refused(found) == []


def test_values_that_a_chart_within_the_chart_refuses_are_told_where_they_stand() -> None:
    database = {
        "Chart.yaml": "apiVersion: v2\nname: database\nversion: 1.0.0\n",
        "values.yaml": "size: 1\n",
        "values.schema.json": """{
          "$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.org/database.json",
          "type": "object", "required": ["name"],
          "properties": {"name": {"type": "string"}, "size": {"$ref": "#/definitions/size"}},
          "definitions": {"size": {"type": "integer"}}
        }""",
    }
    within = "dependencies: [{name: database, version: 1.0.0, alias: store}]\n"
    changes = {
        **with_runtime(values="host: db.example.org\nstore:\n  size: big\n"),
        f"{RIDES}/chart/Chart.yaml": CHART["Chart.yaml"] + within,
        f"{RIDES}/chart/values.schema.json": "{}",
        **{f"{RIDES}/chart/charts/database/{path}": text for path, text in database.items()},
    }
    found = rendered(changes)
    told = [
        (one.path, one.span and (one.span.line, one.span.column), one.reason)
        for one in found.left_out(Why.VALUES)
    ]
    assert told == [
        (f"{RIDES}/values.yaml", (3, 9), "`size` is a string; wanted an integer"),
        (f"{RIDES}/values.yaml", (2, 1), "`store` lacks `name`"),
    ]
    assert refused(found) == []


def test_values_that_nobody_says_are_told_at_the_chart() -> None:
    found = rendered(with_runtime("{chart: chart}"))
    assert refused(found, Why.VALUES) == [("spec/runtime/helm/chart", "the document lacks `host`")]


def test_values_that_are_no_yaml_are_told_with_their_line() -> None:
    ((_, reason),) = refused(rendered(with_runtime(values="host: x\nport: y: z\n")), Why.CHART)
    assert reason.endswith(f"its values `{RIDES}/values.yaml` cannot be read, from line 2 on")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"version https://git-lfs.example.org/spec/v1\n", "cannot be unpacked", id="a pointer"),
        pytest.param(packed({"../../../x": "y"}), "which leads out of it", id="a way out"),
        pytest.param(packed({"x": bytes(70 * 1024**2)}), "holds more than", id="a bomb"),
        pytest.param(packed({"values.yaml": "a: 1"}), "it has no Chart.yaml", id="no chart"),
    ],
)
def test_an_archive_that_is_no_chart_is_told(content: bytes, reason: str) -> None:
    changes = with_runtime("{chart: api-1.2.0.tgz}")
    ((_, said),) = refused(rendered(changes, {f"{RIDES}/api-1.2.0.tgz": content}), Why.CHART)
    assert reason in said


def test_values_are_read_as_helm_reads_them() -> None:
    changes = {**with_runtime(values="on: yes\n"), f"{RIDES}/chart/values.schema.json": "{}"}
    template = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {host: '{{ toJson .Values }}'}\n"
    )
    found = rendered({**changes, f"{RIDES}/chart/templates/config.yaml": template})
    said = document(found, f"{UNIT}/base/configmap-more.yaml")["data"]["host"]
    assert '"true":true' in said


def test_without_helm_nothing_can_be_said() -> None:
    with pytest.raises(CouldNotFinish, match=f"{RIDES}/chart is a Helm chart, and there is no helm"):
        rendered(with_runtime(), find=lambda: None)


def test_without_charts_no_helm_is_looked_for() -> None:
    def find() -> None:
        raise AssertionError

    assert rendered({}, find=find).files


def test_whose_they_are_is_not_the_charts_to_say() -> None:
    said = "{meshwarden.dev/product: other, meshwarden.dev/contract: c, app: x}"
    head = f"{{name: b, namespace: trips-rides, labels: {said}, annotations: {said}}}"
    text = f"apiVersion: x.org/v1\nkind: Bucket\nmetadata: {head}\n"
    found = rendered(with_template(text))
    head = document(found, f"{UNIT}/base/bucket-b.yaml")["metadata"]
    assert head["labels"]["meshwarden.dev/product"] == "rides"
    assert "meshwarden.dev/contract" not in {**head["labels"], **head["annotations"]}
    assert (head["labels"]["app"], found.collisions) == ("x", ())
