# METADATA
# title: No owner of its own, or no support channel
# description: |
#   Whoever uses a domain, a data product, a plane, a stage or a platform product must see in its
#   manifest which team answers for it. A data product says so in ODPS' `team.name`, and says in
#   `support` where that team is reached; the owner of its domain does not stand in for it. The
#   other kinds say so in `spec.owner`.
# custom:
#   id: ownership/owner
#   severity: error
#   kinds: [Domain, Plane, Stage, PlatformProduct, DataProduct]
#   hint: name the team in `spec.owner`, or in `team.name` of a data product
package meshwarden.ownership.owner

import data.meshwarden.lib.manifest
import data.meshwarden.lib.text

# Whatever says no team is denied, of whatever type it is: what a schema refuses too is reported
# once, as the schema's.
deny contains {
	"message": sprintf("%s names no owner", [manifest.title]),
	"path": ["spec", "owner"],
	"hint": "name the team that answers for it in `spec.owner`",
} if {
	not is_data_product
	not has_owner
}

deny contains {
	"message": sprintf("%s names no team of its own", [manifest.title]),
	"path": team_path,
	"hint": team_hint,
} if {
	is_data_product
	not has_team
}

deny contains {
	"message": sprintf("%s names no support channel", [manifest.title]),
	"path": ["support"],
	"hint": "name a channel where consumers reach the team in `support`, with `channel` and `url`",
} if {
	is_data_product
	not has_channel
}

is_data_product if input.kind == "DataProduct"

default team_path := ["team"]

team_path := ["team", "name"] if is_object(input.team)

default team_hint := "name the team that answers for it in `team.name`; the owner of its domain does not stand in"

# ODPS 0.9 lists the members there, and has no field for the team's name.
team_hint := "a list of members names no team: from ODPS 1.0 on it is `team.members`, and `team.name` says whose they are" if {
	is_array(input.team)
}

# Rules, as `not text.said(input.spec.owner)` would let pass a manifest without one.
has_owner if text.said(input.spec.owner)

has_team if text.said(input.team.name)

has_channel if {
	is_array(input.support)
	some item in input.support
	text.said(item.channel)
}
