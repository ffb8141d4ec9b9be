# METADATA
# title: A name that Kubernetes, a bucket or a namespace cannot take
# description: |
#   What a mesh names becomes the name of namespaces, buckets, service accounts and Argo CD
#   applications. All of them take an RFC 1123 label: lower-case letters, digits and `-`, a letter
#   or digit at both ends, at most 63 characters. A data product is named by ODPS' `name`, and its
#   namespace by domain and product together, `{domain}-{product}`, which must fit into 63
#   characters too.
#
#   ODPS does not require `name`. This rule does, as everything of a data product is called by it.
# custom:
#   id: naming/metadata-name
#   severity: error
#   kinds: [Mesh, Domain, Stage, Plane, PlatformProduct, WaiverList, DataProduct]
#   hint: use lower-case letters, digits and `-` only, with a letter or digit at both ends, and at most 63 characters
package meshwarden.naming.metadata_name

import data.meshwarden.lib.manifest
import data.meshwarden.lib.text

longest := 63

# A name that is missing or no string is the schema's finding, but for ODPS, which lets it be missing.
deny contains {
	"message": "this data product has no `name`",
	"path": ["name"],
	"hint": "name it as its folder is called",
} if {
	input.kind == "DataProduct"
	manifest.name == null
}

deny contains {"message": sprintf("this %s has an empty name", [manifest.word]), "path": path} if {
	is_string(manifest.name)
	not text.said(manifest.name)
}

deny contains {"message": message, "path": path, "hint": hint} if {
	text.said(manifest.name)
	not spelled_right
	message := sprintf(
		"%s is no RFC 1123 label: lower-case letters, digits and `-`, at most %d",
		[manifest.title, longest],
	)
}

deny contains {"message": message, "path": path, "hint": "shorten it"} if {
	spelled_right
	count(manifest.name) > longest
	message := sprintf("%s has %d characters, at most %d fit", [manifest.title, count(manifest.name), longest])
}

deny contains {
	"message": message,
	"path": path,
	"hint": sprintf("shorten the name of the product or of the domain by %d", [count(namespace) - longest]),
} if {
	spelled_right
	count(manifest.name) <= longest
	count(namespace) > longest
	message := sprintf(
		"%s makes the namespace `%s` of %d characters, at most %d fit",
		[manifest.title, namespace, count(namespace), longest],
	)
}

default path := ["metadata", "name"]

path := ["name"] if input.kind == "DataProduct"

spelled_right if {
	is_string(manifest.name)
	regex.match(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`, manifest.name)
}

# The namespace of a data product, where the domain is known.
namespace := sprintf("%s-%s", [data.file.domain, manifest.name]) if {
	input.kind == "DataProduct"
	text.said(data.file.domain)
}

default hint := "use lower-case letters, digits and `-` only, with a letter or digit at both ends"

# The nearest label is offered where there is one.
hint := sprintf("the layer is said by the folder alone: name it `%s`", [nearest]) if {
	names_layer
	is_label(nearest)
}

hint := sprintf("name it `%s`", [nearest]) if {
	not names_layer
	is_label(nearest)
}

names_layer if {
	input.kind == "Stage"
	is_string(manifest.name)
	regex.match(`^[0-9]{2}_`, manifest.name)
}

nearest := as_label(substring(manifest.name, 3, -1)) if names_layer

nearest := as_label(manifest.name) if not names_layer

# Only ASCII is turned into a label: other letters have no one way to be written.
as_label(name) := trim(regex.replace(lower(name), `[^a-z0-9]+`, "-"), "-") if {
	is_string(name)
	regex.match(`^[ -~]*$`, name)
}

is_label(name) if {
	name != ""
	count(name) <= longest
}
