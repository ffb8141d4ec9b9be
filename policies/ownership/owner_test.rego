package meshwarden.ownership.owner_test

import data.meshwarden.ownership.owner

own_kinds := {"Domain": "domain", "Plane": "plane", "PlatformProduct": "platform product", "Stage": "stage"}

no_text := [null, "", " ", "\n", 0, 5, true, false, [], ["trips"], {}, {"name": "trips"}]

product := {
	"kind": "DataProduct",
	"name": "taxi-trips",
	"team": {"name": "trips"},
	"support": [{"channel": "#trips", "url": "https://chat.example.org/trips"}],
}

without_owner(path) := {{
	"message": "data product `taxi-trips` names no team of its own",
	"path": path,
	"hint": "name the team that answers for it in `team.name`; the owner of its domain does not stand in",
}}

# ODPS 0.9 has no other form of a team.
without_team_name := {{
	"message": "data product `taxi-trips` names no team of its own",
	"path": ["team"],
	"hint": "a list of members names no team: from ODPS 1.0 on it is `team.members`, and `team.name` says whose they are",
}}

without_channel := {{
	"message": "data product `taxi-trips` names no support channel",
	"path": ["support"],
	"hint": "name a channel where consumers reach the team in `support`, with `channel` and `url`",
}}

test_owner if {
	every kind, _ in own_kinds {
		owner.deny == set() with input as {"kind": kind, "metadata": {"name": "x"}, "spec": {"owner": "trips"}}
	}
}

test_no_owner if {
	every kind, word in own_kinds {
		expected := {{
			"message": sprintf("%s `x` names no owner", [word]),
			"path": ["spec", "owner"],
			"hint": "name the team that answers for it in `spec.owner`",
		}}
		manifest := {"kind": kind, "metadata": {"name": "x"}}
		owner.deny == expected with input as manifest
		every value in no_text {
			owner.deny == expected with input as object.union(manifest, {"spec": {"owner": value}})
		}
		every spec in [null, "", "trips", 5, true, [], ["owner"], {}, {"owners": "trips"}] {
			owner.deny == expected with input as object.union(manifest, {"spec": spec})
		}
	}
}

test_no_owner_and_no_name if {
	some finding in owner.deny with input as {"kind": "Domain"}
	finding.message == "this domain names no owner"
}

test_data_product if owner.deny == set() with input as product

test_data_product_without_team if {
	owner.deny == without_owner(["team"]) with input as object.remove(product, ["team"])
	every team in [null, "", "trips", 5, true] {
		owner.deny == without_owner(["team"]) with input as json.patch(product, [{
			"op": "replace",
			"path": "team",
			"value": team,
		}])
	}
}

test_data_product_with_a_list_of_members if {
	every team in [[], ["trips"], [null], [{"name": "trips"}], [{"username": "ada", "role": "owner"}]] {
		owner.deny == without_team_name with input as json.patch(product, [{
			"op": "replace",
			"path": "team",
			"value": team,
		}])
	}
}

test_data_product_with_a_team_without_name if {
	every team in [{}, {"members": [{"username": "ada"}]}, {"names": "trips"}] {
		owner.deny == without_owner(["team", "name"]) with input as json.patch(product, [{
			"op": "replace",
			"path": "team",
			"value": team,
		}])
	}
	every value in no_text {
		owner.deny == without_owner(["team", "name"]) with input as json.patch(product, [{
			"op": "replace",
			"path": "team/name",
			"value": value,
		}])
	}
}

# An owner elsewhere is none, and its domain's does not count.
test_data_product_does_not_fall_back if {
	document := object.union(object.remove(product, ["team"]), {"spec": {"owner": "trips"}})
	owner.deny == without_owner(["team"]) with input as document
		with data.file as {"domain": "trips"}
		with data.mesh as {"domains": {"trips": {"owner": "trips"}}}
}

test_data_product_without_support if {
	owner.deny == without_channel with input as object.remove(product, ["support"])
	every support in [null, "", "#trips", 5, true, [], {}, {"channel": "#trips"}, {"a": {"channel": "#trips"}}, ["#trips"], [null], [5], [[]], [{}]] {
		owner.deny == without_channel with input as json.patch(product, [{
			"op": "replace",
			"path": "support",
			"value": support,
		}])
	}
	every value in no_text {
		owner.deny == without_channel with input as json.patch(product, [{
			"op": "replace",
			"path": "support/0/channel",
			"value": value,
		}])
	}
}

test_one_channel_of_several_is_enough if {
	document := json.patch(product, [{"op": "add", "path": "support/0", "value": null}])
	owner.deny == set() with input as document
}

test_data_product_without_both if {
	owner.deny == without_owner(["team"]) | without_channel with input as object.remove(product, ["team", "support"])
}

# Nothing that reaches the rule is let pass for what it lacks.
test_what_is_no_manifest if {
	every document in [null, 5, "x", true, [], ["x"], {}, {"kind": null}, {"kind": 5}] {
		count(owner.deny) == 1 with input as document
	}
}
