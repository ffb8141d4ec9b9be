package meshwarden.lib.text

# True for a string that says something: not missing, null, blank, or of another type.
said(value) if {
	is_string(value)
	trim_space(value) != ""
}

# The strings as a reader's list: `a`, `b`, `c`.
listed(values) := concat(", ", [sprintf("`%v`", [value]) | some value in values])
