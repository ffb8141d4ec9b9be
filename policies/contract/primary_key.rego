# METADATA
# title: A table without a primary key
# description: |
#   Consumers join, deduplicate and merge by the key that a contract promises. Each table of a
#   contract names the columns of its key with `primaryKey: true`; columns within a column do not
#   count. Views, topics, files and documents need none. A schema object without a `physicalType`
#   is a table, unless all servers of the contract are streams or interfaces.
# custom:
#   id: contract/primary-key
#   severity: warning
#   kinds: [DataContract]
#   hint: set `primaryKey` to true at each column of the key
package meshwarden.contract.primary_key

import data.meshwarden.lib.text

# Types of ODCS servers that hold no tables.
tableless := {"api", "kafka", "kinesis", "pubsub"}

deny contains {
	"message": sprintf("%s has no primary key: none of its columns has `primaryKey: true`", [title(table)]),
	"path": ["schema", i],
} if {
	is_array(input.schema)
	some i, table in input.schema
	is_table(table)
	has_columns(table)
	not has_key(table)
}

title(table) := sprintf("table `%s`", [table.name]) if {
	text.said(table.name)
} else := "this table"

# ODCS leaves the spelling of physical types open: `table`, `TABLE`, `base table`, `external_table`.
is_table(candidate) if {
	is_logical_object(candidate)
	is_string(candidate.physicalType)
	regex.match(`(?i)(^|[ _-])table$`, trim_space(candidate.physicalType))
}

is_table(candidate) if {
	is_logical_object(candidate)
	unsaid(candidate, "physicalType")
	not only_tableless_servers
}

is_logical_object(candidate) if unsaid(candidate, "logicalType")

is_logical_object(candidate) if {
	is_string(candidate.logicalType)
	lower(trim_space(candidate.logicalType)) == "object"
}

# Missing, null or blank. A number or a list says something, which the schema refuses.
unsaid(candidate, field) if {
	is_object(candidate)
	object.get(candidate, field, null) == null
}

unsaid(candidate, field) if {
	is_string(candidate[field])
	not text.said(candidate[field])
}

only_tableless_servers if {
	is_array(input.servers)
	count(input.servers) > 0
	every server in input.servers {
		server.type in tableless
	}
}

has_columns(table) if {
	is_array(table.properties)
	some property in table.properties
	is_object(property)
}

# What is neither true nor false is the schema's finding: a key may have been meant.
has_key(table) if {
	some property in table.properties
	property.primaryKey != false
}
