package meshwarden.naming.metadata_name_test

import data.meshwarden.naming.metadata_name

own_kinds := {
	"Domain": "domain",
	"Mesh": "mesh",
	"Plane": "plane",
	"PlatformProduct": "platform product",
	"Stage": "stage",
	"WaiverList": "waiver list",
}

letters(n) := concat("", ["a" | some _ in numbers.range(1, n)])

findings(kind, name) := result if {
	result := metadata_name.deny with input as {"kind": kind, "metadata": {"name": name}}
}

product_findings(name, domain) := result if {
	result := metadata_name.deny with input as {"kind": "DataProduct", "name": name}
		with data.file as {"domain": domain}
}

test_labels_pass if {
	every name in ["a", "0", "trips", "fleet-planning", "a--b", "02-trips", letters(63)] {
		every kind, _ in own_kinds { findings(kind, name) == set() }
		product_findings(name, null) == set()
	}
}

test_not_a_label if {
	every name in [
		"Trips", "trips_", "-trips", "trips-", "-", "taxi trips", "taxi_trips", "taxi.trips", "a/b", "trips ",
		" trips", "trips\n", "çay", "日本", "a\u0000b", "`",
	] {
		every kind, word in own_kinds {
			some finding in findings(kind, name)
			finding.path == ["metadata", "name"]
			finding.message == sprintf(
				"%s `%s` is no RFC 1123 label: lower-case letters, digits and `-`, at most 63",
				[word, name],
			)
			count(findings(kind, name)) == 1
		}
		some finding in product_findings(name, "trips")
		finding.path == ["name"]
		startswith(finding.message, sprintf("data product `%s` is no RFC 1123 label", [name]))
		count(product_findings(name, "trips")) == 1
	}
}

test_empty if {
	every name in ["", " ", "\n"] {
		every kind, word in own_kinds {
			findings(kind, name) == {{
				"message": sprintf("this %s has an empty name", [word]),
				"path": ["metadata", "name"],
			}}
		}
		product_findings(name, "trips") == {{"message": "this data product has an empty name", "path": ["name"]}}
	}
}

test_too_long if {
	some finding in findings("Domain", letters(64))
	finding.message == sprintf("domain `%s` has 64 characters, at most 63 fit", [letters(64)])
	finding.path == ["metadata", "name"]
	count(findings("Domain", letters(64))) == 1
	count(product_findings(letters(64), "trips")) == 1
}

test_one_finding_where_several_things_are_wrong if {
	every name in [concat("", [letters(64), "_"]), concat("_", [letters(30), letters(30)])] {
		count(findings("Domain", name)) == 1
		count(product_findings(name, "trips")) == 1
	}
}

test_namespace_too_long if {
	product_findings(letters(57), "trips") == set()
	name := letters(58)
	product_findings(name, "trips") == {{
		"message": sprintf(
			"data product `%s` makes the namespace `trips-%s` of 64 characters, at most 63 fit",
			[name, name],
		),
		"path": ["name"],
		"hint": "shorten the name of the product or of the domain by 1",
	}}
	some finding in product_findings(letters(63), "trips")
	finding.hint == "shorten the name of the product or of the domain by 6"
}

test_only_a_data_product_makes_a_namespace if {
	every kind, _ in own_kinds {
		metadata_name.deny == set() with input as {"kind": kind, "metadata": {"name": letters(60)}}
			with data.file as {"domain": "trips"}
	}
}

test_namespace_of_an_unknown_domain if {
	every domain in [null, "", 5, [], {}] { product_findings(letters(63), domain) == set() }
	every file in [null, 5, "x", [], {}] {
		metadata_name.deny == set() with input as {"kind": "DataProduct", "name": letters(63)}
			with data.file as file
	}
}

# The schema refuses these, and says so.
test_own_kinds_leave_wrong_types_to_the_schema if {
	every kind, _ in own_kinds {
		every name in [null, 5, 1.5, true, [], ["a"], {}, {"a": 1}] { findings(kind, name) == set() }
		every metadata in [null, 5, "x", true, [], ["name"], {}] {
			metadata_name.deny == set() with input as {"kind": kind, "metadata": metadata}
		}
		metadata_name.deny == set() with input as {"kind": kind}
	}
}

test_data_product_without_name if {
	expected := {{
		"message": "this data product has no `name`",
		"path": ["name"],
		"hint": "name it as its folder is called",
	}}
	product_findings(null, "trips") == expected
	every document in [{"kind": "DataProduct"}, {"kind": "DataProduct", "metadata": {"name": "trips"}}] {
		metadata_name.deny == expected with input as document
	}
}

test_data_product_leaves_wrong_types_to_the_schema if {
	every name in [5, 1.5, true, false, [], ["a"], {}, {"a": 1}] { product_findings(name, "trips") == set() }
}

test_hint_offers_the_nearest_label if {
	offered := {
		"Trips": "trips",
		"taxi_trips": "taxi-trips",
		"Simple Data Product": "simple-data-product",
		"-trips.": "trips",
		upper(letters(63)): letters(63),
	}
	every name, label in offered {
		some finding in findings("Domain", name)
		finding.hint == sprintf("name it `%s`", [label])
	}
	every name in ["çay", "-", "_", concat("", [letters(64), "_"]), concat("_", [letters(40), letters(40)])] {
		some finding in findings("Domain", name)
		startswith(finding.hint, "use lower-case letters") # every other label is as good
	}
}

test_hint_for_a_stage_that_names_its_layer if {
	some stage in findings("Stage", "02_operators")
	stage.hint == "the layer is said by the folder alone: name it `operators`"
	some domain in findings("Domain", "02_operators")
	domain.hint == "name it `02-operators`"
	some other in findings("Stage", "Operators")
	other.hint == "name it `operators`"
	some empty in findings("Stage", "02_")
	startswith(empty.hint, "use lower-case letters")
}

test_what_is_no_manifest if {
	every document in [null, 5, "x", true, [], ["x"], {}, {"kind": null}, {"kind": 5}] {
		metadata_name.deny == set() with input as document
	}
}
