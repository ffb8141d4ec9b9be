"""What a hint offers for a name that is none."""

from meshwarden.manifests.hints import nearest, offer


def test_the_nearest_name() -> None:
    assert offer("trisp", ["mobility", "trips"], "Teams") == "Did you mean `trips`?"


def test_all_names_where_none_is_near() -> None:
    assert offer("x", ["trips", "mobility"], "Teams") == "Teams: `mobility`, `trips`."
    assert offer("x", [], "Teams") == "Teams: none."
    many = [f"team-{number:02}" for number in range(30)]
    assert offer("x", many, "Teams").endswith("`team-19` and 10 more.")


def test_what_would_take_too_long_is_not_compared() -> None:
    assert nearest("trips" * 100, ["trips"]) is None
    assert nearest("trisp", ["trips", *map(str, range(2_000))]) is None
