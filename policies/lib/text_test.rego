package meshwarden.lib.text_test

import data.meshwarden.lib.text

test_said if {
	every value in ["a", " a ", "0", "null"] { text.said(value) }
}

test_not_said if {
	every value in ["", " ", "\t\n", null, 0, 5, true, false, [], ["a"], {}, {"a": "a"}] {
		not text.said(value)
	}
}

test_listed if {
	text.listed([]) == ""
	text.listed(["a", "b"]) == "`a`, `b`"
	text.listed([null, 5]) == "`null`, `5`"
}
