"""A repository for each test that asks for one, and an environment in which Git tells the same everywhere."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from tests.sources.repositories import ENVIRONMENT, Repository, repository

settings.register_profile("unhurried", deadline=None)  # a busy machine is no defect
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", ENVIRONMENT["GIT_CONFIG_GLOBAL"])
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", ENVIRONMENT["GIT_CONFIG_SYSTEM"])


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")
