# METADATA
# title: A service level that a contract of an active data product does not say
# description: |
#   Whoever builds on a data product has to know how old its data may be (latency), how long it is
#   kept (retention), how often it comes (frequency), and for how long or how fast there is help
#   (support times). ODCS has a contract say so in `slaProperties`, by these names or by the short
#   ones of Data QoS. Contracts that are deprecated or retired, and products that are not active,
#   need not.
# custom:
#   id: sla/required
#   severity: warning
#   kinds: [DataContract]
#   hint: add the missing ones to `slaProperties`
package meshwarden.sla.required

# What each may be called, without regard to case and to what is neither letter nor digit.
names := {
	"latency": {"latency", "ly", "freshness"},
	"retention": {"retention", "re", "retentionperiod"},
	"frequency": {"frequency", "fy", "frequencyofupdate", "updatefrequency"},
	"support times": {
		"endofsupport", "es", "endoflife", "el",
		"support", "supporttime", "supporttimes", "supporthours",
		"timetodetect", "td", "timetonotify", "tn", "timetorepair", "tr",
	},
}

# In the order in which they are told.
wanted := ["latency", "retention", "frequency", "support times"]

deny contains {
	"message": sprintf("the service levels lack %s", [concat(", ", missing)]),
	"path": ["slaProperties", missing[0]],
} if {
	of_an_active_product
	not contract_is_over
	is_list_or_unsaid
	count(missing) > 0
}

missing := [level | some level in wanted; count(names[level] & said) == 0]

said contains regex.replace(lower(entry.property), `[^a-z0-9]`, "") if {
	some entry in input.slaProperties
	is_string(entry.property)
}

of_an_active_product if {
	product := data.mesh.products[sprintf("%v/%v", [data.file.domain, data.file.product])]
	is_string(product.status)
	lower(product.status) == "active"
}

contract_is_over if {
	is_string(input.status)
	lower(input.status) in {"deprecated", "retired"}
}

is_list_or_unsaid if is_array(input.slaProperties)

is_list_or_unsaid if {
	is_object(input)
	object.get(input, "slaProperties", null) == null
}
