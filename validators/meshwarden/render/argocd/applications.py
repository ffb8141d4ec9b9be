"""The root Application, and an ApplicationSet a domain: Argo CD's Applications are made of app.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests.settings import Environment, Settings
from meshwarden.render.outcome import Application
from meshwarden.render.repository import in_repository
from meshwarden.render.targets.metadata import KEPT, MANAGED_BY, PREFIX, SYNC_OPTIONS
from meshwarden.render.targets.target import Object

API_VERSION: Final = "argoproj.io/v1alpha1"
IN_CLUSTER: Final = "https://kubernetes.default.svc"  # the cluster that Argo CD runs in, however it is named
ROOT_PROJECT: Final = "mesh-root"
FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"
APP_FILE: Final = "app.json"

_COMPARE: Final = {"argocd.argoproj.io/compare-options": "ServerSideDiff=true"}
_GENERATE_PATHS: Final = "argocd.argoproj.io/manifest-generate-paths"
_OPTIONS: Final = (
    "ApplyOutOfSyncOnly=true",
    "FailOnSharedResource=true",
    "PruneLast=true",
    "ServerSideApply=true",
)
_REFRESH_SINCE: Final = (3, 2)  # `retry.refresh`: a later try takes the newest commit


def destination(environment: Environment) -> dict[str, str] | None:
    """An environment's cluster by name or by server, never both; None if mesh.yaml tells neither."""
    if environment.cluster_name:
        return {"name": environment.cluster_name}
    return {"server": environment.cluster_server} if environment.cluster_server else None


def app_file(
    settings: Settings, application: Application, cluster: Mapping[str, str], ways: Sequence[str]
) -> bytes:
    """The app.json of an overlay: what the ApplicationSet's template does not know by itself."""
    said = {
        "name": application.name,
        "environment": application.environment,
        "cluster": {way: cluster.get(way, "") for way in ways},
        "namespace": application.namespace,
        "labels": dict(application.labels),
        "generatePaths": ";".join(f"/{in_repository(settings, path)}" for path in application.paths),
    }
    return (json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def application_set(
    settings: Settings, name: str, globs: Sequence[str], labels: Sequence[str], ways: Sequence[str]
) -> Object:
    """The ApplicationSet `name` over the overlays that `globs` find.

    `labels` are those of app.json. `ways` are how its clusters are addressed: `name`, `server`, or in a mesh
    of both kinds both, of which app.json leaves one empty.
    """
    annotations = {**_COMPARE, _GENERATE_PATHS: "{{ .generatePaths }}"}
    own = {f"{PREFIX}{label}": f"{{{{ .labels.{label} }}}}" for label in labels}
    template = {
        "metadata": {
            "name": "{{ .name }}",
            "labels": {MANAGED_BY: "meshwarden", f"{PREFIX}environment": "{{ .environment }}", **own},
            "annotations": annotations,
            "finalizers": [FINALIZER],
        },
        "spec": {
            "project": name,  # never templated: a file in the domain's folder must not choose its own fence
            "source": _source(settings, "{{ .path.path }}"),
            "destination": {
                **{way: f"{{{{ .cluster.{way} }}}}" for way in ways},
                "namespace": "{{ .namespace }}",
            },
            "syncPolicy": _sync_policy(settings),
        },
    }
    files = [{"path": in_repository(settings, glob)} for glob in globs]
    git = {"repoURL": settings.repository_url, "revision": settings.repository_branch, "files": files}
    return {
        "apiVersion": API_VERSION,
        "kind": "ApplicationSet",
        "metadata": {
            "name": name,
            "namespace": settings.argocd_namespace,
            "labels": {MANAGED_BY: "meshwarden"},
            # With the set all its Applications would go, and with them what they hold.
            "annotations": {SYNC_OPTIONS: KEPT, "argocd.argoproj.io/sync-wave": "1"},
        },
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"git": git}],
            "strategy": {"type": "AllAtOnce"},
            # True would take the finalizer away, and the grants of a removed overlay would live on.
            "syncPolicy": {"preserveResourcesOnDeletion": False},
            "template": template,
        },
    }


def root_application(settings: Settings, folder: str) -> Object:
    """The Application that all others come from. It is applied once, by hand."""
    annotations = {**_COMPARE, _GENERATE_PATHS: f"/{in_repository(settings, folder)}"}
    return {
        "apiVersion": API_VERSION,
        "kind": "Application",
        "metadata": {
            "name": ROOT_PROJECT,
            "namespace": settings.argocd_namespace,
            "labels": {MANAGED_BY: "meshwarden"},
            "annotations": annotations,
        },
        "spec": {
            "project": ROOT_PROJECT,
            "source": _source(settings, in_repository(settings, folder)),
            "destination": {"server": IN_CLUSTER, "namespace": settings.argocd_namespace},
            "syncPolicy": _sync_policy(settings),
        },
    }


def _source(settings: Settings, path: str) -> dict[str, str]:
    return {"repoURL": settings.repository_url, "targetRevision": settings.repository_branch, "path": path}


def _sync_policy(settings: Settings) -> dict[str, Any]:
    retry: dict[str, Any] = {"limit": -1, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}
    if _version(settings.argocd_version) >= _REFRESH_SINCE:
        retry["refresh"] = True
    automated = {"prune": True, "selfHeal": True, "allowEmpty": False}
    return {"automated": automated, "retry": retry, "syncOptions": list(_OPTIONS)}


def _version(text: str) -> tuple[int, ...]:
    """The numbers of a version; of one with thousands of digits, of which Python makes none, the first."""
    return tuple(int(part[:9]) for part in text.split(".") if part.isascii() and part.isdigit())
