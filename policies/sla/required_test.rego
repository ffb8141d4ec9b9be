package meshwarden.sla.required_test

import data.meshwarden.sla.required

file := {"domain": "trips", "product": "taxi"}

mesh(status) := {"products": {"trips/taxi": {"status": status}}}

levels(properties) := [{"property": property, "value": 1} | some property in properties]

contract(properties) := {"kind": "DataContract", "status": "active", "slaProperties": levels(properties)}

whole := ["latency", "retention", "frequency", "endOfSupport"]

denied(document) := faults if {
	faults := required.deny with input as document with data.file as file with data.mesh as mesh("active")
}

lacks(levels, first) := {{
	"message": sprintf("the service levels lack %s", [levels]),
	"path": ["slaProperties", first],
}}

test_all_are_said if {
	every properties in [
		whole,
		["Latency", "RETENTION", "frequency of update", "end-of-life"],
		["ly", "re", "fy", "tr"],
		array.concat(whole, ["availability"]),
	] {
		denied(contract(properties)) == set()
	}
}

test_each_may_be_missing if {
	denied(contract(["retention", "frequency", "endOfSupport"])) == lacks("latency", "latency")
	denied(contract(["latency", "frequency", "endOfSupport"])) == lacks("retention", "retention")
	denied(contract(["latency", "retention", "endOfSupport"])) == lacks("frequency", "frequency")
	denied(contract(["latency", "retention", "frequency"])) == lacks("support times", "support times")
	denied(contract(["latency", "generalAvailability"])) == lacks("retention, frequency, support times", "retention")
}

test_none_is_said if {
	every document in [
		{"kind": "DataContract"},
		{"kind": "DataContract", "slaProperties": null},
		{"kind": "DataContract", "slaProperties": []},
		{"kind": "DataContract", "slaProperties": [null, 5, "latency", {}, {"property": null}, {"property": 5}]},
		{"kind": "DataContract", "status": null, "slaProperties": []},
		{"kind": "DataContract", "status": 5, "slaProperties": []},
	] {
		denied(document) == lacks("latency, retention, frequency, support times", "latency")
	}
}

test_what_is_no_list_is_the_schema_s if {
	every value in [5, "latency", true, {}, {"latency": 4}] {
		denied({"kind": "DataContract", "slaProperties": value}) == set()
	}
}

test_contracts_that_are_over_need_none if {
	every status in ["deprecated", "retired", "Retired"] {
		denied({"kind": "DataContract", "status": status}) == set()
	}
}

test_products_that_are_not_active_need_none if {
	every status in ["draft", "proposed", "retired", null, 5, "", []] {
		required.deny == set() with input as contract([])
			with data.file as file
			with data.mesh as mesh(status)
	}
}

test_contracts_of_no_known_product_need_none if {
	every place in [{"domain": "trips", "product": null}, {"domain": "x", "product": "y"}, {}] {
		required.deny == set() with input as contract([]) with data.file as place with data.mesh as mesh("active")
	}
	required.deny == set() with input as contract([]) with data.file as file with data.mesh as {"products": {}}
}
