# METADATA
# title: A version that is no semantic version
# description: |
#   Consumers read from a version what a change means for them: `2.0.0` breaks what `1.4.2` kept.
#   Versions of contracts and data products are those of Semantic Versioning 2.0.0, three numbers
#   with what may follow them. Shorter ones and a `v` in front are read as what they mean, with a
#   warning: `1` and `v1.0.0` as `1.0.0`.
# custom:
#   id: contract/version
#   severity: error
#   kinds: [DataContract, DataProduct]
#   hint: write three numbers, such as 1.0.0
package meshwarden.contract.version

import data.meshwarden.lib.manifest

# Numbers have no leading zeros, and identifiers none either where they are numbers.
number := `(0|[1-9][0-9]*)`

pre_release := `(-((0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?`

build := `(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?`

semantic := sprintf(`^%s\.%s\.%s%s%s$`, [number, number, number, pre_release, build])

# A date such as 2027-01-15 is no version: what follows a lone number does not count.
readable := sprintf(`^v?%s(\.%s(\.%s)?%s%s)?$`, [number, number, number, pre_release, build])

deny contains {
	"message": sprintf("version `%s` is no semantic version, and read as `%s`", [input.version, whole]),
	"path": ["version"],
	"severity": "warning",
	"hint": sprintf("Write %s", [whole]),
} if {
	is_string(input.version)
	not regex.match(semantic, input.version)
	regex.match(readable, input.version)
}

deny contains {
	"message": sprintf("version `%s` of this %s is no semantic version", [input.version, manifest.word]),
	"path": ["version"],
} if {
	is_string(input.version)
	not regex.match(readable, input.version)
}

# The version as three numbers, with what follows them.
whole := concat("", [concat(".", array.concat(numbers, zeros)), rest]) if {
	parts := regex.find_all_string_submatch_n(`^v?([0-9.]+)(.*)$`, input.version, 1)[0]
	numbers := split(parts[1], ".")
	zeros := array.slice(["0", "0"], 0, 3 - count(numbers))
	rest := parts[2]
}
