"""Which capability is meant by one that nobody provides."""

from __future__ import annotations

import pytest

from meshwarden.rules.stage.needs import nearest

KNOWN = ["argocd", "kafka/city", "kubernetes-cluster", "operator/ack-iam", "operator/strimzi"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("kubernetes-clusters", "kubernetes-cluster", id="a letter too much"),
        pytest.param("operator/strimsi", "operator/strimzi", id="another letter"),
        pytest.param("strimzi", "operator/strimzi", id="without its group"),
        pytest.param("platform/argocd", "argocd", id="with a group too much"),
        pytest.param("operator/nifikop", None, id="another operator"),
        pytest.param("operator/ack-s3", None, id="another operator of one family"),
        pytest.param("nifi/city", None, id="another system of one name"),
        pytest.param("vault", None, id="nothing alike"),
    ],
)
def test_the_nearest_capability(said: str, meant: str | None) -> None:
    assert nearest(said, KNOWN) == meant
