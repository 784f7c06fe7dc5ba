; What only the TypeScript grammars have, or name in their own way.

; ── definitions ──
(abstract_class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.interface
(type_alias_declaration name: (_) @name) @definition.type
(type_alias_declaration name: (_) @name value: (object_type) @body) @definition.type
(enum_declaration name: (_) @name body: (_) @body) @definition.enum
(enum_body name: (_) @name @definition.enum_member)
(enum_body (enum_assignment name: (_) @name) @definition.enum_member)
(internal_module name: (_) @name body: (_) @body) @definition.namespace
(module name: (_) @name body: (_) @body) @definition.namespace
(function_signature name: (_) @name) @definition.function
(class_body (method_signature name: (_) @name) @definition.method)
(interface_body (method_signature name: (_) @name) @definition.method)
(type_alias_declaration value: (object_type (method_signature name: (_) @name) @definition.method))
(abstract_method_signature name: (_) @name) @definition.method
(type_alias_declaration value: (object_type (property_signature name: (_) @name) @definition.field))
(interface_body (property_signature name: (_) @name) @definition.field)
(public_field_definition name: (_) @name) @definition.field
(public_field_definition name: (_) @name value: (object) @body) @definition.field
(public_field_definition name: (_) @name value: (arrow_function body: (_) @body)) @definition.method
(public_field_definition name: (_) @name value: (function_expression body: (_) @body)) @definition.method
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @definition.field
(optional_parameter (accessibility_modifier) pattern: (identifier) @name) @definition.field

(variable_declarator name: (identifier) @name value: [
  (as_expression . (object) @body)
  (satisfies_expression . (object) @body)
  (as_expression . (satisfies_expression . (object) @body))
  (satisfies_expression . (as_expression . (object) @body))]) @definition.variable
(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name value: [
  (as_expression . (object) @body)
  (satisfies_expression . (object) @body)
  (as_expression . (satisfies_expression . (object) @body))
  (satisfies_expression . (as_expression . (object) @body))]) @definition.constant)

(class_body (decorator) @leading)
(ambient_declaration (_) @wrapped) @wrapper
(expression_statement (internal_module) @wrapped) @wrapper

(extends_clause value: (_) @base)
(implements_clause (_) @base)
(extends_type_clause type: (_) @base)

; ── imports and exports ──
(export_statement "=" @export.default (_) @export.source)

; ── flows ──
(required_parameter pattern: [(identifier) (object_pattern) (array_pattern) (rest_pattern)] @parameter.name)
(optional_parameter pattern: [(identifier) (object_pattern) (array_pattern)] @parameter.name)
(required_parameter pattern: [(identifier) (object_pattern) (array_pattern) (rest_pattern)] @parameter.name
  type: (type_annotation (_) @parameter.type))
(optional_parameter pattern: [(identifier) (object_pattern) (array_pattern)] @parameter.name type: (type_annotation (_) @parameter.type))
(required_parameter pattern: [(object_pattern) (array_pattern) (rest_pattern)] @parameter.default)
(required_parameter value: (_) @parameter.default)
(optional_parameter pattern: [(object_pattern) (array_pattern)] @parameter.default)
(optional_parameter value: (_) @parameter.default)
(public_field_definition name: (_) @declare.name type: (type_annotation (_) @declare.type) !value)
(public_field_definition name: (_) @declare.name type: (type_annotation (_) @declare.type) value: (_) @assign.source)
(public_field_definition name: (_) @declare.name !type value: (_) @assign.source)
(interface_body (property_signature name: (_) @declare.name type: (type_annotation (_) @declare.type)))
(variable_declarator name: (_) @declare.name !type !value)
(variable_declarator name: (_) @declare.name !type value: (_) @assign.source)
(variable_declarator name: (_) @declare.name type: (type_annotation (_) @declare.type) !value)
(variable_declarator name: (_) @declare.name type: (type_annotation (_) @declare.type) value: (_) @assign.source)
(_ return_type: (type_annotation (_) @return.type))

; ── references ──
(type_identifier) @identifier
(type_parameter name: (type_identifier) @type.parameter)
(type_parameter name: (type_identifier) @type.parameter constraint: (constraint (_) @type.bound))
(nested_type_identifier) @read
(type_predicate name: (identifier) @skip)
(function_type parameters: (formal_parameters (_ pattern: (identifier) @parameter.none)))
(call_signature parameters: (formal_parameters (_ pattern: (identifier) @parameter.none)))
(construct_signature parameters: (formal_parameters (_ pattern: (identifier) @parameter.none)))
(constructor_type parameters: (formal_parameters (_ pattern: (identifier) @parameter.none)))
(index_signature name: (identifier) @skip)
