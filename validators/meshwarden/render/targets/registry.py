"""The targets by the system that a server is rendered to. A new one is a module and a line here."""

from collections.abc import Mapping
from typing import Final

from meshwarden.render.targets.bigquery import BigQuery
from meshwarden.render.targets.gcs import CloudStorage
from meshwarden.render.targets.glue import Glue
from meshwarden.render.targets.kafka import Kafka
from meshwarden.render.targets.postgres import OwnPostgres, SharedPostgres
from meshwarden.render.targets.pubsub import PubSub
from meshwarden.render.targets.redshift import Redshift
from meshwarden.render.targets.s3 import S3
from meshwarden.render.targets.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    "bigquery": BigQuery(),
    "gcs": CloudStorage(),
    "glue": Glue(),
    "kafka": Kafka(),
    "pubsub": PubSub(),
    "postgres": SharedPostgres(),
    "postgres-own": OwnPostgres(),
    "redshift": Redshift(),
    "s3": S3(),
}
