; C, and the part of C++ that it shares. `@declarator` is dug through by the spec's `transparent` table: `*(*table)[3]` names `table`.

; ── definitions ──
(declaration declarator: (_) @declarator) @definition.variable
(field_declaration declarator: (_) @declarator) @definition.field
(type_definition declarator: (_) @declarator) @definition.type
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro
(declaration type: [(struct_specifier !name body: (_) @body) (union_specifier !name body: (_) @body)]
  declarator: (_) @declarator) @definition.variable
(field_declaration type: [(struct_specifier !name body: (_) @body) (union_specifier !name body: (_) @body)]
  declarator: (_) @declarator) @definition.field
(struct_specifier name: (_) @name body: (_) @body) @definition.struct
(union_specifier name: (_) @name body: (_) @body) @definition.union
(enum_specifier name: (_) @name body: (_) @body) @definition.enum
(enumerator name: (identifier) @name) @definition.enum_member
(type_definition type: (struct_specifier !name body: (_) @body) declarator: (type_identifier) @declarator) @definition.struct
(type_definition type: (union_specifier !name body: (_) @body) declarator: (type_identifier) @declarator) @definition.union
(type_definition type: (enum_specifier !name body: (_) @body) declarator: (type_identifier) @declarator) @definition.enum
(type_definition type: [(struct_specifier) (union_specifier) (enum_specifier)] @wrapped) @wrapper
(function_definition declarator: (_) @declarator body: (_) @body) @definition.function
(declaration declarator: [
  (function_declarator declarator: (identifier))
  (pointer_declarator declarator: (function_declarator declarator: (identifier)))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier))))
] @declarator) @definition.function

; ── documentation ──
(comment) @comment

; ── imports ──
(preproc_include) @import

; ── calls, reads, writes ──
(call_expression function: (_) @callee arguments: (argument_list) @arguments) @call
(identifier) @identifier
(field_expression) @read
(update_expression argument: (_) @update)
(assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source)
(assignment_expression left: (_) @update
  operator: ["+=" "-=" "*=" "/=" "%=" "<<=" ">>=" "&=" "|=" "^="])
(parameter_declaration declarator: (_) @skip.all)
(preproc_params) @skip.all
(attribute_specifier) @skip.all
(preproc_ifdef name: (identifier) @skip)
(preproc_defined (identifier) @skip)
(ERROR (identifier) @skip)

; ── flows ──
(function_declarator
  declarator: [(identifier) (field_identifier)]
  parameters: (parameter_list (parameter_declaration type: (_) @parameter.type
    declarator: [(identifier) (pointer_declarator) (array_declarator) (function_declarator)] @parameter.name)))
(declaration
  type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)] @declare.type
  declarator: [
    (identifier) (array_declarator) (pointer_declarator declarator: [(identifier) (pointer_declarator) (array_declarator)])
    (function_declarator declarator: (parenthesized_declarator))
  ] @declare.name)
(declaration
  type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)] @declare.type
  declarator: (init_declarator declarator: (_) @declare.name value: (_) @assign.source))
(field_declaration
  type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)] @declare.type
  declarator: [
    (field_identifier) (array_declarator) (pointer_declarator declarator: [(field_identifier) (pointer_declarator) (array_declarator)])
    (function_declarator declarator: (parenthesized_declarator))
  ] @declare.name)
(function_definition type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)] @return.type)
(declaration type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)] @return.type declarator: [
  (function_declarator declarator: (identifier))
  (pointer_declarator declarator: (function_declarator declarator: (identifier)))
])
(return_statement (_) @return)

; ── complexity ──
[(if_statement) (for_statement) (while_statement) (do_statement) (conditional_expression)] @decision
(case_statement value: (_)) @decision
"||" @decision
(_ "&&" @decision right: (_))

; ── blocks; a name is seen from itself on ──
[(compound_statement) (for_statement)] @block

; ── literals that may hold functions ──
(declaration type: (_) @literal.type declarator: (init_declarator declarator: (_) @literal.name value: (initializer_list) @literal))
(compound_literal_expression type: (_) @literal.type value: (initializer_list) @literal)

; ── types that are named ──
(type_identifier) @identifier
(translation_unit (struct_specifier name: (_) @skip !body))
(translation_unit (union_specifier name: (_) @skip !body))
