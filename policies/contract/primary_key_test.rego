package meshwarden.contract.primary_key_test

import data.meshwarden.contract.primary_key

wrong_types := [0, 5, true, [], ["table"], {}, {"table": 1}]

contract(table) := {"kind": "DataContract", "schema": [table]}

keyless := {"name": "trips", "physicalType": "table", "properties": [{"name": "id"}, {"name": "fare"}]}

with_field(field, value) := object.union(object.remove(keyless, [field]), {field: value})

finding_at(i, table) := {
	"message": sprintf("%s has no primary key: none of its columns has `primaryKey: true`", [table]),
	"path": ["schema", i],
}

no_key := {finding_at(0, "table `trips`")}

test_key if {
	every properties in [
		[{"name": "id", "primaryKey": true}, {"name": "fare"}],
		[{"name": "fare", "primaryKey": false}, {"name": "id", "primaryKey": true, "primaryKeyPosition": 1}],
		[null, "x", {"name": "id", "primaryKey": true}],
	] {
		primary_key.deny == set() with input as contract(with_field("properties", properties))
	}
}

test_no_key if {
	primary_key.deny == no_key with input as contract(keyless)
	every properties in [
		[{"name": "id", "primaryKey": false}],
		[{}],
		[null, 5, "x", {"name": "id"}],
		[{"name": "id", "primaryKeyPosition": 1}],
		[{"name": "id", "unique": true, "required": true}],
	] {
		primary_key.deny == no_key with input as contract(with_field("properties", properties))
	}
}

test_key_of_a_column_within_a_column_does_not_count if {
	every field, value in {
		"properties": [{"name": "id", "primaryKey": true}],
		"items": {"properties": [{"name": "id", "primaryKey": true}]},
	} {
		properties := [{"name": "meter", field: value}]
		primary_key.deny == no_key with input as contract(with_field("properties", properties))
	}
}

test_each_table_is_judged if {
	keyed := with_field("properties", [{"name": "id", "primaryKey": true}])
	fares := with_field("name", "fares")
	document := {"kind": "DataContract", "schema": [keyless, keyed, null, fares]}
	primary_key.deny == {finding_at(0, "table `trips`"), finding_at(3, "table `fares`")} with input as document
}

test_physical_types_that_are_tables if {
	every physical in ["table", "TABLE", "Table", " table ", "BASE TABLE", "external_table", "delta-table"] {
		primary_key.deny == no_key with input as contract(with_field("physicalType", physical))
	}
}

test_physical_types_that_are_none if {
	every physical in ["topic", "Topic", "view", "VIEW", "materialized view", "file", "document", "tables", "tablet"] {
		primary_key.deny == set() with input as contract(with_field("physicalType", physical))
	}
	every physical in ["stable", "table view", "object"] {
		primary_key.deny == set() with input as contract(with_field("physicalType", physical))
	}
}

test_unsaid_physical_type_is_a_table if {
	primary_key.deny == no_key with input as contract(object.remove(keyless, ["physicalType"]))
	every physical in [null, "", " "] {
		primary_key.deny == no_key with input as contract(with_field("physicalType", physical))
	}
}

test_unsaid_physical_type_on_streams_is_no_table if {
	document := contract(object.remove(keyless, ["physicalType"]))
	every servers in [[{"type": "kafka"}], [{"type": "pubsub"}, {"type": "kinesis"}, {"type": "api"}]] {
		primary_key.deny == set() with input as object.union(document, {"servers": servers})
	}
	every servers in [
		null, "", "kafka", 5, true, {}, {"type": "kafka"}, {"a": {"type": "kafka"}}, [], [null], ["kafka"], [5], [{}], [{"type": null}],
		[{"type": 5}], [{"type": ["kafka"]}], [{"type": "s3"}], [{"type": "kafka"}, {"type": "s3"}],
		[{"type": "kafka"}, {}],
	] {
		primary_key.deny == no_key with input as object.union(document, {"servers": servers})
	}
}

test_physical_type_goes_before_servers if {
	document := object.union(contract(keyless), {"servers": [{"type": "kafka"}]})
	primary_key.deny == no_key with input as document
}

test_logical_type if {
	every logical in ["object", "Object", null, "", " "] {
		primary_key.deny == no_key with input as contract(with_field("logicalType", logical))
	}
	every logical in ["array", "string"] {
		primary_key.deny == set() with input as contract(with_field("logicalType", logical))
		untyped := object.remove(with_field("logicalType", logical), ["physicalType"])
		primary_key.deny == set() with input as contract(untyped)
	}
}

test_table_without_a_name if {
	nameless := {finding_at(0, "this table")}
	primary_key.deny == nameless with input as contract(object.remove(keyless, ["name"]))
	every name in [null, "", " ", 5, true, [], {}] {
		primary_key.deny == nameless with input as contract(with_field("name", name))
	}
}

test_table_without_columns_is_not_judged if {
	primary_key.deny == set() with input as contract(object.remove(keyless, ["properties"]))
	every properties in [null, "", "id", 3, true, [], {}, {"id": {}}, [null], ["id", 5, []]] {
		primary_key.deny == set() with input as contract(with_field("properties", properties))
	}
}

# The schema refuses these, and says so.
test_wrong_types_are_left_to_the_schema if {
	every value in wrong_types {
		primary_key.deny == set() with input as contract(with_field("physicalType", value))
		primary_key.deny == set() with input as contract(with_field("logicalType", value))
	}
	every key in [null, "true", "", 1, [], {}] {
		properties := [{"name": "id", "primaryKey": key}]
		primary_key.deny == set() with input as contract(with_field("properties", properties))
	}
	every schema in [null, "", "x", 5, true, {}, {"a": keyless}, [], [null, "x", 5, true, []], [{}]] {
		primary_key.deny == set() with input as {"kind": "DataContract", "schema": schema}
	}
}

test_what_is_no_contract if {
	every document in [null, 5, "x", true, [], ["x"], {}, {"kind": "DataContract"}] {
		primary_key.deny == set() with input as document
	}
}
