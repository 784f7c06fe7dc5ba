; C++ beyond C; read together with c.scm.

; ── definitions ──
(namespace_definition name: (_) @name body: (_) @body) @definition.namespace
(class_specifier name: (_) @name body: (_) @body) @definition.class
(class_specifier name: (template_type name: (_) @name) body: (_) @body) @definition.class
(struct_specifier name: (template_type name: (_) @name) body: (_) @body) @definition.struct
(function_definition declarator: (_) @declarator (field_initializer_list) @body body: (_) @body) @definition.function
(alias_declaration name: (type_identifier) @name type: (type_descriptor declarator: (abstract_function_declarator))) @definition.type
(alias_declaration name: (type_identifier) @name type: (type_descriptor !declarator) @alias) @definition.type
(alias_declaration name: (type_identifier) @name type: (type_descriptor
  declarator: [(abstract_pointer_declarator) (abstract_reference_declarator) (abstract_array_declarator)]) @alias) @definition.type
(type_definition type: [(type_identifier) (qualified_identifier) (template_type)] @alias declarator: (type_identifier) @declarator) @definition.type
(type_definition type: [(class_specifier name: (type_identifier) @alias) (struct_specifier name: (type_identifier) @alias)]
  declarator: (type_identifier) @declarator) @definition.type
(concept_definition name: (identifier) @name) @definition.interface
(declaration (type_qualifier) @_constexpr declarator: (init_declarator) @declarator (#eq? @_constexpr "constexpr")) @definition.constant
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name) (destructor_name)])
  (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)]))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)])))
  (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)]))
  (operator_cast)
] @declarator) @definition.method
(declaration declarator: [
  (function_declarator declarator: [(identifier) (qualified_identifier) (operator_name) (destructor_name)])
  (pointer_declarator declarator: (function_declarator declarator: [(qualified_identifier) (operator_name)]))
  (reference_declarator (function_declarator declarator: [(identifier) (qualified_identifier) (operator_name)]))
  (operator_cast)
] @declarator) @definition.function
(function_definition declarator: (_) @declarator [(default_method_clause) (delete_method_clause)]) @definition.function
(function_definition declarator: (_) @declarator (try_statement) @body) @definition.function
(lambda_expression body: (_) @body) @definition.lambda
(template_declaration [(function_definition) (class_specifier) (struct_specifier) (union_specifier) (declaration) (alias_declaration)
  (concept_definition) (field_declaration)] @wrapped) @wrapper

; What a class makes its friend is no member of it, and declared elsewhere.
(friend_declaration (declaration declarator: (_) @friend))

; ── bases, attributes ──
(base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base)
(attribute_declaration) @decorator

; ── imports ──
(using_declaration) @import
(namespace_alias_definition) @import

; ── calls, reads, writes ──
(new_expression type: (_) @callee arguments: (argument_list)? @arguments) @call
(declaration type: [(type_identifier) (qualified_identifier) (template_type)] @callee
  declarator: (init_declarator declarator: [(identifier) (qualified_identifier)
    (array_declarator declarator: (identifier))] value: [(argument_list) (initializer_list)] @arguments)) @call
(declaration type: [(type_identifier) (qualified_identifier) (template_type)] @callee declarator: (identifier) @declared) @call
(delete_expression [(identifier) (field_expression) (this)] @callee) @deleted @call
(compound_literal_expression type: [(type_identifier) (qualified_identifier) (template_type)] @callee value: (_) @arguments) @call
(field_initializer [(qualified_identifier) (template_method)] @callee (argument_list) @arguments) @call
(field_initializer (field_identifier) @callee (argument_list) @arguments (#match? @callee "^[A-Z]")) @call
(field_initializer (field_identifier) @write (#not-match? @write "^[A-Z]"))
(qualified_identifier name: [(identifier) (template_function)]) @read
(qualified_identifier name: (qualified_identifier name: [(identifier) (template_function)])) @read
(qualified_identifier name: (qualified_identifier name: (qualified_identifier name: [(identifier) (template_function)]))) @read
(function_declarator declarator: (qualified_identifier) @skip.all)
(using_declaration (_) @skip)
(attribute (identifier) @skip)
(lambda_capture_specifier) @skip.all
(template_parameter_list) @skip.all
(optional_parameter_declaration declarator: (_) @skip.all)
(destructor_name (identifier) @skip)

; ── flows ──
(function_declarator
  declarator: [(identifier) (field_identifier) (qualified_identifier) (operator_name)]
  parameters: (parameter_list [
    (parameter_declaration type: (_) @parameter.type declarator: [
      (identifier) (pointer_declarator) (reference_declarator (_)) (array_declarator) (function_declarator)] @parameter.name)
    (optional_parameter_declaration type: (_) @parameter.type declarator: [
      (identifier) (pointer_declarator) (reference_declarator (_))] @parameter.name)
    (variadic_parameter_declaration type: (_) @parameter.type declarator: (_) @parameter.name)]))
(lambda_expression declarator: (abstract_function_declarator
  parameters: (parameter_list (parameter_declaration type: (_) @parameter.type declarator: (_) @parameter.name))))
(declaration type: [(qualified_identifier) (template_type) (class_specifier)] @declare.type declarator: [
  (identifier) (array_declarator) (pointer_declarator declarator: [(identifier) (pointer_declarator)]) (reference_declarator (identifier))
] @declare.name)
(declaration type: [(qualified_identifier) (template_type)] @declare.type
  declarator: (init_declarator declarator: (_) @declare.name value: (_) @assign.source))
(declaration type: (placeholder_type_specifier)
  declarator: (init_declarator declarator: (_) @declare.name value: (_) @assign.source))
(declaration type: (placeholder_type_specifier) declarator: (init_declarator declarator: (_) @declare.name
  value: (call_expression function: (qualified_identifier name: (template_function name: (identifier) @_made
    arguments: (template_argument_list . (type_descriptor) @declare.type))))) (#any-of? @_made "make_unique" "make_shared"))
(declaration type: (placeholder_type_specifier) declarator: (init_declarator declarator: (_) @declare.name
  value: (call_expression function: (template_function name: (identifier) @_made
    arguments: (template_argument_list . (type_descriptor) @declare.type))))
  (#any-of? @_made "static_cast" "dynamic_cast" "reinterpret_cast" "const_cast" "make_unique" "make_shared"))
(declaration type: (placeholder_type_specifier) declarator: [(identifier) (pointer_declarator) (reference_declarator)] @declare.name
  value: (_) @assign.source)
(declaration type: [(type_identifier) (qualified_identifier) (template_type) (primitive_type)] @declare.type
  declarator: [(identifier) (pointer_declarator) (reference_declarator)] @declare.name value: (_) @assign.source)
(field_declaration type: [(qualified_identifier) (template_type)] @declare.type declarator: [
  (field_identifier) (array_declarator) (pointer_declarator declarator: (field_identifier)) (reference_declarator (field_identifier))
] @declare.name)
(for_range_loop type: [(type_identifier) (primitive_type) (qualified_identifier) (template_type)] @declare.type declarator: (_) @declare.name)
(for_range_loop type: (placeholder_type_specifier) declarator: (_) @declare.name)
(for_range_loop declarator: (_) @assign.target right: (_) @assign.each)
(catch_clause parameters: (parameter_list (parameter_declaration type: (_) @declare.type declarator: (_) @declare.name)))
(function_definition type: [(qualified_identifier) (template_type)] @return.type)
(field_declaration
  type: [(primitive_type) (sized_type_specifier) (type_identifier) (qualified_identifier) (template_type)] @return.type declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name)])
  (pointer_declarator declarator: (function_declarator))
  (reference_declarator (function_declarator))
])
(trailing_return_type (type_descriptor) @return.type)


; ── type parameters ──
(template_parameter_list [(type_parameter_declaration (type_identifier) @type.parameter)
  (optional_type_parameter_declaration name: (type_identifier) @type.parameter)
  (variadic_type_parameter_declaration (type_identifier) @type.parameter)])

; ── complexity ──
[(for_range_loop) (catch_clause)] @decision
["and" "or"] @decision

; ── blocks ──
[(if_statement) (while_statement) (switch_statement) (for_range_loop) (catch_clause)] @block

; ── operators that types define; a pointer, and what may be one, has its own ──
[(pointer_declarator declarator: (identifier) @operation.never) (array_declarator declarator: (identifier) @operation.never)
 (pointer_declarator (_ (identifier) @operation.never)) (array_declarator (_ (identifier) @operation.never))]
(declaration type: (placeholder_type_specifier) declarator: [(identifier) @operation.never (init_declarator declarator: (identifier) @operation.never)
  (init_declarator declarator: (_ (identifier) @operation.never))])
(parameter_declaration type: (placeholder_type_specifier) declarator: [(identifier) @operation.never (_ (identifier) @operation.never)])
(for_range_loop type: (placeholder_type_specifier) declarator: [(identifier) @operation.never (_ (identifier) @operation.never)])
((parameter_declaration type: (_) @_pointer declarator: [(identifier) @operation.never (_ (identifier) @operation.never)]) (#match? @_pointer "ptr|optional"))
((declaration type: (_) @_pointer declarator: [(identifier) @operation.never (init_declarator declarator: (identifier) @operation.never)])
  (#match? @_pointer "ptr|optional"))
(binary_expression left: (_) @operand operator: _ @operation)
(binary_expression operator: ["<<" ">>" "==" "!=" "+" "*"] @operation.behind right: (_) @operand)
(assignment_expression left: (_) @operand operator: _ @operation)
(subscript_expression argument: (_) @operand indices: (subscript_argument_list "[" @operation))
(unary_expression operator: _ @operation.alone argument: (_) @operand)
(update_expression operator: _ @operation.alone argument: (_) @operand)
(pointer_expression operator: "*" @operation.alone argument: (_) @operand)
(field_expression argument: (_) @operand operator: "->" @operation.alone)

; ── defaults, which each call makes anew ──
(optional_parameter_declaration default_value: (_) @parameter.default)

; ── types that are named ──
(type_identifier) @identifier
(translation_unit [(class_specifier name: (_) @skip !body) (struct_specifier name: (_) @skip !body)])
(declaration_list [(class_specifier name: (_) @skip !body) (struct_specifier name: (_) @skip !body)])

; ── functions of the library that make an instance of a type ──
(call_expression function: (qualified_identifier name: (template_function name: (identifier) @_makes
  arguments: (template_argument_list . (type_descriptor type: (_) @callee)))) arguments: (argument_list) @arguments
  (#any-of? @_makes "make_unique" "make_shared")) @call

; ── what containers are given ──
(call_expression function: (field_expression argument: (_) @put.into field: (field_identifier) @_put)
  arguments: (argument_list (_) @put .) (#any-of? @_put "push_back" "emplace_back" "insert" "emplace" "push_front"))
