; What only the JavaScript grammar has, or names in its own way.

(field_definition property: (_) @name) @definition.field
(field_definition property: (_) @name value: (object) @body) @definition.field
(field_definition property: (_) @name value: (arrow_function body: (_) @body)) @definition.method
(field_definition property: (_) @name value: (function_expression body: (_) @body)) @definition.method
(field_definition property: (_) @declare.name value: (_) @assign.source)
(variable_declarator name: (_) @declare.name !value)
(variable_declarator name: (_) @declare.name value: (_) @assign.source)
(class_heritage (_) @base)
(formal_parameters [(identifier) (object_pattern) (array_pattern) (assignment_pattern) (rest_pattern)] @parameter.name)
(formal_parameters [(object_pattern) (array_pattern) (assignment_pattern) (rest_pattern)] @parameter.default)
