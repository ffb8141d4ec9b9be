package meshwarden.lib.manifest_test

import data.meshwarden.lib.manifest

test_title if {
	manifest.title == "domain `trips`" with input as {"kind": "Domain", "metadata": {"name": "trips"}}
	manifest.title == "data product `taxi-trips`" with input as {"kind": "DataProduct", "name": "taxi-trips"}
	manifest.title == "platform product `kit`" with input as {"kind": "PlatformProduct", "metadata": {"name": "kit"}}
}

test_title_without_a_name if {
	every name in [null, "", " ", 5, true, [], ["a"], {}] {
		manifest.title == "this stage" with input as {"kind": "Stage", "metadata": {"name": name}}
		manifest.title == "this data product" with input as {"kind": "DataProduct", "name": name}
	}
	every metadata in [null, "", 5, true, [], {}] {
		manifest.title == "this stage" with input as {"kind": "Stage", "metadata": metadata}
	}
	manifest.title == "this data product" with input as {"kind": "DataProduct"}
	manifest.title == "this data product" with input as {"kind": "DataProduct", "metadata": {"name": "x"}}
}

test_title_of_what_is_no_manifest if {
	every document in [null, 5, "x", [], {}, {"kind": null}, {"kind": 5}, {"kind": []}, {"kind": "Pod"}] {
		manifest.title == "this manifest" with input as document
	}
	manifest.title == "manifest `x`" with input as {"kind": "Pod", "metadata": {"name": "x"}}
}
