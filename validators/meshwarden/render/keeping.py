"""Which kinds hold data, what their controllers do when an object is deleted, and what keeps it.

Argo CD prunes what is no more in Git, and deletes what an Application held when that goes. For a grant this
is what is wanted. For what holds data it is a loss: such objects are kept by Argo CD, and where the
controller has a policy of its own, by that as well, as people delete objects too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.targets.metadata import KEPT, SYNC_OPTIONS
from meshwarden.render.targets.target import ObjectKind


@dataclass(frozen=True, slots=True)
class Keeping:
    """A kind that holds data.

    `deletion` is what its controller does when an object is deleted, by the documentation at `source`.
    `annotations` and `spec` are what is written beside Argo CD's sync options so that the data stays; where
    both are empty the controller has no such policy.
    """

    group: str
    kind: str
    deletion: str
    source: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)

    @property
    def object_kind(self) -> ObjectKind:
        return ObjectKind(self.group, self.kind)

    def lacks(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        """What an object of the kind would have to say to be kept, and does not say."""
        said = fields.mapping(entry, "metadata", "annotations")
        options = str(said.get(SYNC_OPTIONS, "")).split(",")
        lacking = [f"{SYNC_OPTIONS}: {option}" for option in KEPT.split(",") if option not in options]
        lacking += [f"{key}: {value}" for key, value in self.annotations.items() if said.get(key) != value]
        for path, value in self.spec.items():
            if fields.at(entry, "spec", *path.split(".")) != value:
                lacking.append(f"spec.{path}: {value}")
        return tuple(lacking)


def kept_options(entry: Mapping[str, Any], own: str | None) -> str | None:
    """The sync options of an object that somebody else wrote: it is kept if its kind holds data.

    `own` are those that it says itself, which go first: whether to prune it may be meant otherwise.
    """
    says = any(option.partition("=")[0] in ("Prune", "Delete") for option in (own or "").split(","))
    if says or not _may_hold(ObjectKind.of(entry)):
        return own
    return f"{own},{KEPT}" if own else KEPT


def _may_hold(kind: ObjectKind) -> bool:
    """Whether a kind holds data, or is a thing in a cloud that is not known to hold none.

    What is of IAM gives access, which has to end when it is taken away.
    """
    unknown = kind.group.endswith(_CLOUDS) and not kind.group.startswith("iam.")
    return kind in HOLDING or (unknown and kind not in HOLDING_NOTHING)


def is_kept(entry: Mapping[str, Any]) -> bool:
    """Whether Argo CD leaves an object alone when it is no more in Git."""
    said = fields.mapping(entry, "metadata", "annotations")
    return set(KEPT.split(",")) <= set(str(said.get(SYNC_OPTIONS, "")).split(","))


_CLOUDS: Final = (".services.k8s.aws", ".cnrm.cloud.google.com")
_ACK: Final = {"services.k8s.aws/deletion-policy": "retain"}
_ACK_SOURCE: Final = "https://aws-controllers-k8s.github.io/docs/guides/deletion-policy"
_GOOGLE: Final = {"cnrm.cloud.google.com/deletion-policy": "abandon"}
_GOOGLE_SOURCE: Final = "https://cloud.google.com/config-connector/docs/how-to/managing-deleting-resources"
_STRIMZI_SOURCE: Final = "https://strimzi.io/docs/operators/latest/deploying"
_NAMESPACES: Final = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"
_DEFINITIONS: Final = (
    "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/"
)


def _of_ack(group: str, kind: str, deletion: str) -> Keeping:
    return Keeping(f"{group}.services.k8s.aws", kind, deletion, _ACK_SOURCE, _ACK)


def _of_google(group: str, kind: str, deletion: str) -> Keeping:
    return Keeping(f"{group}.cnrm.cloud.google.com", kind, deletion, _GOOGLE_SOURCE, _GOOGLE)


HOLDING: Final[Mapping[ObjectKind, Keeping]] = {
    entry.object_kind: entry
    for entry in (
        _of_ack("s3", "Bucket", "deletes the bucket; S3 refuses while objects are in it"),
        _of_ack("glue", "Database", "deletes the database with all its tables; files stay"),
        _of_ack("glue", "Table", "deletes the table and its partitions; files stay"),
        _of_ack("kafka", "Cluster", "deletes the cluster with all topics"),
        _of_ack("kafka", "ServerlessCluster", "deletes the cluster with all topics"),
        _of_google(
            "bigquery", "BigQueryDataset", "deletes the dataset; BigQuery refuses while tables are in it"
        ),
        _of_google("bigquery", "BigQueryTable", "deletes the table with its rows"),
        _of_google("storage", "StorageBucket", "deletes the bucket; Google refuses while objects are in it"),
        _of_google("pubsub", "PubSubTopic", "deletes the topic; its subscriptions get no more messages"),
        _of_google("pubsub", "PubSubSchema", "deletes the schema, by which kept messages are read"),
        _of_google("resourcemanager", "Project", "shuts the project down with all that is in it"),
        _of_google("container", "ContainerCluster", "deletes the cluster with all that runs in it"),
        _of_google("compute", "ComputeNetwork", "deletes the network; Google refuses while it is used"),
        _of_google("compute", "ComputeSubnetwork", "deletes the subnetwork; Google refuses while it is used"),
        _of_google("serviceusage", "Service", "switches the API off, and with it what was made by it"),
        Keeping("kafka.strimzi.io", "KafkaTopic", "deletes the topic with its messages", _STRIMZI_SOURCE),
        Keeping(
            "kafka.strimzi.io", "Kafka", "deletes the brokers; volumes by `deleteClaim`", _STRIMZI_SOURCE
        ),
        Keeping(
            "kafka.strimzi.io",
            "KafkaNodePool",
            "deletes its brokers; volumes by `deleteClaim`",
            _STRIMZI_SOURCE,
        ),
        Keeping(
            "postgresql.cnpg.io",
            "Database",
            "drops the database, if its reclaim policy is `delete`",
            "https://cloudnative-pg.io/documentation/current/declarative_database_management/",
            spec={"databaseReclaimPolicy": "retain"},
        ),
        Keeping(
            "postgresql.cnpg.io",
            "Cluster",
            "deletes the instances and their volumes",
            "https://cloudnative-pg.io/documentation/current/storage/",
        ),
        Keeping(
            "infra.contrib.fluxcd.io",
            "Terraform",
            "destroys what the module made, if it is told to",
            "https://flux-iac.github.io/tofu-controller/use-tf-controller/",
            spec={"destroyResourcesOnDeletion": False},
        ),
        Keeping(
            "nifi.konpyutaika.com",
            "NifiCluster",
            "deletes the nodes; volumes by their `reclaimPolicy`",
            "https://konpyutaika.github.io/nifikop/docs/3_manage_nifi/1_manage_clusters/1_deploy_cluster/4_volume_management",
        ),
        Keeping(
            "core.cnrm.cloud.google.com",
            "ConfigConnector",
            "uninstalls Config Connector with the definitions of its kinds, and so all objects of these",
            "https://cloud.google.com/config-connector/docs/how-to/uninstall",
        ),
        Keeping(
            "core.cnrm.cloud.google.com",
            "ConfigConnectorContext",
            "removes the controller of the namespace; its objects wait for one, also to be deleted",
            "https://cloud.google.com/config-connector/docs/how-to/uninstall",
        ),
        Keeping("", "Namespace", "deletes all objects in it", _NAMESPACES),
        Keeping(
            "", "PersistentVolumeClaim", "gives the volume up", "https://kubernetes.io/docs/concepts/storage/"
        ),
        Keeping(
            "",
            "PersistentVolume",
            "deletes what it stands for, if its reclaim policy is `Delete`",
            "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming",
        ),
        Keeping(
            "apiextensions.k8s.io",
            "CustomResourceDefinition",
            "deletes all objects of the kind",
            _DEFINITIONS,
        ),
        Keeping(
            "argoproj.io",
            "ApplicationSet",
            "deletes its Applications, and with them what they hold",
            "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Application-Deletion/",
        ),
    )
}

# Kinds with nothing in them that Git does not have: without them something stops, and comes back with them.
HOLDING_NOTHING: Final[Mapping[ObjectKind, str]] = {
    ObjectKind(group, kind): loses
    for group, kinds, loses in (
        ("iam.services.k8s.aws", ("Policy", "Role"), "access ends"),
        ("iam.cnrm.cloud.google.com", ("IAMPolicyMember",), "access ends"),
        ("iam.cnrm.cloud.google.com", ("IAMServiceAccount",), "who runs as it can do nothing any more"),
        ("kafka.strimzi.io", ("KafkaUser",), "access ends"),
        ("pubsub.cnrm.cloud.google.com", ("PubSubSubscription",), "the consumer's place in the topic goes"),
        ("postgresql.cnpg.io", ("DatabaseRole",), "access ends; roles that own something are kept"),
        ("nifi.konpyutaika.com", ("NifiUser", "NifiUserGroup"), "access ends"),
        ("nifi.konpyutaika.com", ("NifiDataflow", "NifiConnection"), "the flow stops, and its queues go"),
        ("nifi.konpyutaika.com", ("NifiParameterContext", "NifiRegistryClient"), "flows cannot be changed"),
        ("container.cnrm.cloud.google.com", ("ContainerNodePool",), "nodes go, and come back"),
        # The Secret with the key stays, also an authority's, and the next such Certificate takes it up:
        # https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted
        ("cert-manager.io", ("Certificate",), "the certificate ends unrenewed; its key stays"),
        ("cert-manager.io", ("Issuer",), "certificates are issued and renewed no more"),
        ("source.toolkit.fluxcd.io", ("GitRepository",), "modules are fetched no more"),
        ("argoproj.io", ("AppProject", "Application"), "Git is synced no more"),
    )
    for kind in kinds
}

_ACCESS_ENDS: Final = "access ends"
# What lets somebody read or write: Argo CD has to be able to take it away at any time.
GIVING_ACCESS: Final = frozenset(
    kind for kind, loses in HOLDING_NOTHING.items() if loses.startswith(_ACCESS_ENDS)
)

# What runs, and what it has beside it: Argo CD has to be able to stop it, also the last of its kind.
RUNNING: Final = frozenset(
    ObjectKind(group, kind)
    for group, kinds in (
        ("apps", ("DaemonSet", "Deployment", "StatefulSet")),
        ("batch", ("CronJob", "Job")),
        ("", ("ConfigMap", "Pod", "Service", "ServiceAccount")),
        ("autoscaling", ("HorizontalPodAutoscaler",)),
        ("networking.k8s.io", ("Ingress", "NetworkPolicy")),
        ("nifi.konpyutaika.com", ("NifiConnection", "NifiDataflow")),
        ("policy", ("PodDisruptionBudget",)),
        ("pubsub.cnrm.cloud.google.com", ("PubSubSubscription",)),
        ("rbac.authorization.k8s.io", ("Role", "RoleBinding")),
    )
    for kind in kinds
)
