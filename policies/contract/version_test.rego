package meshwarden.contract.version_test

import data.meshwarden.contract.version

contract(value) := {"kind": "DataContract", "version": value}

test_semantic_versions if {
	every value in ["0.0.0", "1.2.3", "10.20.30", "1.0.0-alpha.1", "1.0.0-0.3.7", "1.0.0+20130313", "1.0.0-x-y.z+a.b"] {
		version.deny == set() with input as contract(value)
		version.deny == set() with input as {"kind": "DataProduct", "version": value}
	}
}

test_read_as_semantic_versions if {
	every value, meant in {
		"1": "1.0.0",
		"1.2": "1.2.0",
		"v1.2.0": "1.2.0",
		"v2": "2.0.0",
		"1.2-rc.1": "1.2.0-rc.1",
		"v1.0+b": "1.0.0+b",
	} {
		version.deny == {{
			"message": sprintf("version `%s` is no semantic version, and read as `%s`", [value, meant]),
			"path": ["version"],
			"severity": "warning",
			"hint": sprintf("Write %s", [meant]),
		}} with input as contract(value)
	}
}

test_no_versions if {
	every value in ["", " ", "latest", "1.2.3.4", "01.2.3", "1.02.3", "2024-01-15", "1.0.0-", "1.0.0-01", "V1.0.0", "1..0", "1.2.", "a1", "1.0.0\n"] {
		version.deny == {{
			"message": sprintf("version `%s` of this data contract is no semantic version", [value]),
			"path": ["version"],
		}} with input as contract(value)
	}
}

# Missing, or of another type: the schema's to tell.
test_what_is_no_text if {
	every value in [null, 1, 1.5, true, [], ["1.0.0"], {}, {"1": 0}] {
		version.deny == set() with input as contract(value)
	}
	every document in [{}, {"kind": "DataContract"}, null, [], "1", 1] {
		version.deny == set() with input as document
	}
}
