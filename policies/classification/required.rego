# METADATA
# title: A column without a class, or with one that the mesh does not have
# description: |
#   Who may read a column, and where it may flow, is decided by its class. So each column of a
#   contract says its `classification`, and says one of the mesh's classes, letter by letter.
#
#   Columns within columns are columns too, at any depth: in `properties`, in the `items` of an
#   array, in the key and the value of a map. The element of an array and the key and value of a
#   map have the class of their column.
#
#   While mesh.yaml names no classes in `spec.classifications`, any class will do.
# custom:
#   id: classification/required
#   severity: error
#   kinds: [DataContract]
#   hint: set `classification` to one of the mesh's classes
package meshwarden.classification.required

import data.meshwarden.lib.text

deny contains {
	"message": sprintf("column `%s` has no classification", [called(path)]),
	"path": array.concat(path, ["classification"]),
	"hint": hint_for_none,
} if {
	some path, column in doubtful
	unclassified(column)
}

deny contains {
	"message": sprintf(
		"column `%s` has class `%v`, which is none of the mesh's: %s",
		[called(path), column.classification, text.listed(classes)],
	),
	"path": array.concat(path, ["classification"]),
	"hint": hint_for(column.classification),
} if {
	some path, column in doubtful
	not unclassified(column)
}

# The columns, by their path, whose class is none of the mesh's: the few that are looked at closely.
# What is no object is the schema's finding.
doubtful[["schema", i, "properties", j]] := column if {
	is_array(input.schema)
	some i, table in input.schema
	is_array(table.properties)
	some j, column in table.properties
	is_object(column)
	not known(column)
}

doubtful[path] := column if {
	some path, column in nested
	path[count(path) - 2] == "properties"
}

# The element of an array, the key and the value of a map need no class; one that they have is judged.
doubtful[path] := element if {
	some path, element in nested
	not unclassified(element)
}

# The like within a column, with nothing on the way to it but what ODCS nests columns in: an example
# or a custom property may hold anything, and is no column.
nested[path] := node if {
	is_array(input.schema)
	some i, table in input.schema
	is_array(table.properties)
	some j, column in table.properties
	some field in ["properties", "items", "map"]
	some below, node
	walk(column[field], [below, node])
	is_object(node)
	not known(node)
	every step in below {
		nests(step)
	}
	path := array.concat(["schema", i, "properties", j, field], below)
}

nests(step) if is_number(step)

nests(step) if step in {"properties", "items", "map", "key", "value"}

# A function, as `not column.classification in classes` would let pass a column without one.
known(column) if column.classification in classes

known(column) if {
	count(classes) == 0
	not unclassified(column)
}

# Missing, null and blank are no class. A number or a list is one that no mesh has.
unclassified(property) if object.get(property, "classification", null) == null

unclassified(property) if {
	is_string(property.classification)
	not text.said(property.classification)
}

# The classes of the mesh; none where it names none.
classes := [class | some class in data.mesh.classifications; is_string(class)]

# The column's name as its readers write it, with the names of what holds it: trips.dropoff.zone.
called(path) := concat(".", [name |
	some n, step in path
	is_number(step)
	name := name_at(array.slice(path, 0, n + 1))
])

name_at(path) := name if {
	name := object.get(input, array.concat(path, ["name"]), null)
	text.said(name)
} else := sprintf("#%d", [path[count(path) - 1] + 1])

default hint_for_none := "name the mesh's classes in mesh.yaml, in `spec.classifications`"

hint_for_none := sprintf("set it to one of %s", [text.listed(classes)]) if count(classes) > 0

# A class that is misspelled in case or blanks only is offered as the mesh writes it.
hint_for(class) := sprintf("write `%s`", [near_misses(class)[0]]) if {
	is_string(class)
	count(near_misses(class)) > 0
} else := hint_for_none

near_misses(class) := [near | some near in classes; lower(near) == lower(trim_space(class))]
