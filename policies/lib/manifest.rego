package meshwarden.lib.manifest

import data.meshwarden.lib.text

words := {
	"DataContract": "data contract",
	"DataProduct": "data product",
	"Domain": "domain",
	"Mesh": "mesh",
	"Plane": "plane",
	"PlatformProduct": "platform product",
	"Stage": "stage",
	"WaiverList": "waiver list",
}

default word := "manifest"

# What a message calls a manifest of this kind.
word := words[input.kind]

default name := null

# The manifest's own name, as it stands; null where it has none. A data product has it where
# ODPS puts it, the other kinds in `metadata`.
name := input.name if input.kind == "DataProduct"

name := input.metadata.name if input.kind != "DataProduct"

# How a message speaks of the manifest: domain `trips`.
title := sprintf("%s `%s`", [word, name]) if {
	text.said(name)
} else := sprintf("this %s", [word])
