package meshwarden.classification.required_test

import data.meshwarden.classification.required

classes := ["public", "internal", "confidential"]

contract(properties) := {"kind": "DataContract", "schema": [{"name": "trips", "properties": properties}]}

findings(properties) := result if {
	result := required.deny with input as contract(properties) with data.mesh as {"classifications": classes}
}

path_of(below) := array.concat(array.concat(["schema", 0, "properties"], below), ["classification"])

missing(name, below) := {
	"message": sprintf("column `%s` has no classification", [name]),
	"path": path_of(below),
	"hint": "set it to one of `public`, `internal`, `confidential`",
}

unknown(name, class, below) := {
	"message": sprintf(
		"column `%s` has class `%v`, which is none of the mesh's: `public`, `internal`, `confidential`",
		[name, class],
	),
	"path": path_of(below),
	"hint": "set it to one of `public`, `internal`, `confidential`",
}

test_classes_of_the_mesh if {
	every class in classes { findings([{"name": "fare", "classification": class}]) == set() }
}

test_missing if {
	findings([{"name": "fare"}]) == {missing("trips.fare", [0])}
	every class in [null, "", " ", "\n"] {
		findings([{"name": "fare", "classification": class}]) == {missing("trips.fare", [0])}
	}
}

test_unknown if {
	every class in ["secret", "publi", "public,internal", "null"] {
		findings([{"name": "fare", "classification": class}]) == {unknown("trips.fare", class, [0])}
	}
}

test_wrong_types_are_no_class if {
	every class in [0, 5, 1.5, true, false, [], ["public"], {}, {"public": "public"}] {
		findings([{"name": "fare", "classification": class}]) == {unknown("trips.fare", class, [0])}
	}
}

test_near_miss if {
	every class, near in {"Public": "public", "INTERNAL": "internal", " public": "public", "public\n": "public"} {
		some finding in findings([{"name": "fare", "classification": class}])
		finding.hint == sprintf("write `%s`", [near])
		finding.path == path_of([0])
	}
}

test_every_column_is_judged if {
	second := {"name": "fares", "properties": [{"name": "id"}, {"name": "tip", "classification": "public"}]}
	document := {"kind": "DataContract", "schema": [null, {"name": "trips", "properties": [{"name": "id"}]}, second]}
	found := {finding.path | some finding in required.deny} with input as document
		with data.mesh as {"classifications": classes}
	found == {
		["schema", 1, "properties", 0, "classification"],
		["schema", 2, "properties", 0, "classification"],
	}
}

test_columns_that_hold_columns_need_a_class_too if {
	inner := [{"name": "zone", "classification": "public"}]
	every outer in [{"properties": inner}, {"items": {"properties": inner}}] {
		findings([object.union(outer, {"name": "dropoff"})]) == {missing("trips.dropoff", [0])}
	}
}

nesting := {
	"an object": {
		"column": {"name": "a", "classification": "public", "properties": [{"name": "b"}]},
		"findings": {missing("trips.a.b", [0, "properties", 0])},
	},
	"an array": {
		"column": {"name": "a", "classification": "public", "items": {"properties": [{"name": "b"}]}},
		"findings": {missing("trips.a.b", [0, "items", "properties", 0])},
	},
	"arrays of arrays": {
		"column": {"name": "a", "classification": "public", "items": {"items": {"items": {"properties": [{"name": "b"}]}}}},
		"findings": {missing("trips.a.b", [0, "items", "items", "items", "properties", 0])},
	},
	"a map": {
		"column": {
			"name": "a",
			"classification": "public",
			"map": {"key": {"properties": [{"name": "b"}]}, "value": {"properties": [{"name": "c"}]}},
		},
		"findings": {
			missing("trips.a.b", [0, "map", "key", "properties", 0]),
			missing("trips.a.c", [0, "map", "value", "properties", 0]),
		},
	},
	"objects of objects": {
		"column": {
			"name": "a",
			"classification": "public",
			"properties": [{"name": "b", "properties": [{"name": "c", "classification": "secret"}]}],
		},
		"findings": {
			missing("trips.a.b", [0, "properties", 0]),
			unknown("trips.a.b.c", "secret", [0, "properties", 0, "properties", 0]),
		},
	},
}

test_columns_within_columns if {
	every example in nesting { findings([example.column]) == example.findings }
}

test_any_depth if {
	levels := numbers.range(1, 30)
	ends := concat("", [`]}` | some _ in levels])
	begins := concat("", [`{"name": "x", "classification": "public", "properties": [` | some _ in levels])
	column := json.unmarshal(concat("", [begins, `{"name": "x"}`, ends]))
	some finding in findings([column])
	count(finding.path) == 65
	count(findings([column])) == 1
}

test_elements_need_no_class_but_a_class_of_the_mesh if {
	column := {"name": "a", "classification": "public"}
	findings([object.union(column, {"items": {"logicalType": "string"}})]) == set()
	findings([object.union(column, {"items": {"classification": "internal"}})]) == set()
	findings([object.union(column, {"items": {"classification": null}})]) == set()
	findings([object.union(column, {"items": {"classification": "secret"}})]) == {unknown(
		"trips.a", "secret",
		[0, "items"],
	)}
	map := {"key": {"classification": "secret"}, "value": {"logicalType": "string"}}
	findings([object.union(column, {"map": map})]) == {unknown("trips.a", "secret", [0, "map", "key"])}
}

test_what_looks_like_a_column_and_is_none if {
	look_alike := {"properties": [{"name": "b"}], "items": {"properties": [{"name": "c"}]}}
	every field in ["customProperties", "examples", "logicalTypeOptions", "quality", "enum", "x"] {
		every value in [look_alike, [look_alike], {"value": look_alike}, [{"property": "y", "value": look_alike}]] {
			column := {"name": "a", "classification": "public", field: value}
			findings([column]) == set()
			findings([{"name": "o", "classification": "public", "properties": [column]}]) == set()
		}
	}
}

test_columns_without_a_name if {
	some finding in findings([{"name": "a", "classification": "public"}, {}])
	finding.message == "column `trips.#2` has no classification"
	every name in [null, "", " ", 5, true, [], {}] {
		findings([{"name": name}]) == {missing("trips.#1", [0])}
		document := {"kind": "DataContract", "schema": [{"name": name, "properties": [{"name": "a"}]}]}
		found := required.deny with input as document with data.mesh as {"classifications": classes}
		found == {missing("#1.a", [0])}
	}
}

# Whether a class is one of the mesh's cannot be said; whether there is one can.
test_mesh_without_classes if {
	every mesh in [null, "", 5, [], {}, {"classifications": null}, {"classifications": []}, {"classifications": "public"}] {
		columns := [{"name": "fare", "classification": "public"}, {"name": "tip"}, {"name": "x", "classification": 5}]
		found := required.deny with input as contract(columns) with data.mesh as mesh
		found == {{
			"message": "column `trips.tip` has no classification",
			"path": path_of([1]),
			"hint": "name the mesh's classes in mesh.yaml, in `spec.classifications`",
		}}
	}
}

test_mesh_with_odd_classes if {
	found := required.deny with input as contract([{"name": "fare", "classification": "Public"}])
		with data.mesh as {"classifications": [null, 5, ["x"], "PUBLIC", "public"]}
	{finding.hint | some finding in found} == {"write `PUBLIC`"}
	every class in [null, 5, ["x"]] {
		odd := required.deny with input as contract([{"name": "fare", "classification": class}])
			with data.mesh as {"classifications": [null, 5, ["x"], "public"]}
		count(odd) == 1
	}
}

# The schema refuses these, and says so.
test_wrong_types_are_left_to_the_schema if {
	every properties in [null, "", "x", 3, true, {}, {"fare": {}}, [], [null, "x", 3, true, []]] {
		findings(properties) == set()
		every field in ["properties", "items", "map"] {
			findings([{"name": "a", "classification": "public", field: properties}]) == set()
		}
	}
	nested := [{"name": "a", "classification": "public", "properties": [{}]}]
	every schema in [{"a": {"properties": nested}}, [{"properties": {"b": nested[0]}}]] {
		required.deny == set() with input as {"kind": "DataContract", "schema": schema}
			with data.mesh as {"classifications": classes}
	}
	every schema in [null, "", "x", 5, true, {}, {"a": {"properties": [{}]}}, [], [null, "x", 5, true, []], [{}]] {
		required.deny == set() with input as {"kind": "DataContract", "schema": schema}
	}
}

test_what_is_no_contract if {
	every document in [null, 5, "x", true, [], ["x"], {}, {"kind": "DataContract"}] {
		required.deny == set() with input as document
	}
}
