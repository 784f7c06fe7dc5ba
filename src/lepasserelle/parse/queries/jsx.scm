; Elements: a capital or a member names a component, which the element calls; everything else is a tag of the host.

((jsx_opening_element name: [(identifier) (member_expression)] @callee) @call (#match? @callee "^[A-Z]|[.]"))
((jsx_self_closing_element name: [(identifier) (member_expression)] @callee) @call (#match? @callee "^[A-Z]|[.]"))
(jsx_opening_element name: (identifier) @skip)
(jsx_self_closing_element name: (identifier) @skip)
(jsx_closing_element name: (_) @skip)
