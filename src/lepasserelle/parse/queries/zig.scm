; Zig. Containers are values: a `const` that holds one is the type's definition.

; ── definitions ──
(source_file (variable_declaration "const" . (identifier) @name) @definition.constant)
(source_file (variable_declaration "var" . (identifier) @name) @definition.variable)
(struct_declaration (variable_declaration "const" . (identifier) @name) @definition.constant)
(struct_declaration (variable_declaration "var" . (identifier) @name) @definition.variable)
(enum_declaration (variable_declaration "const" . (identifier) @name) @definition.constant)
(union_declaration (variable_declaration "const" . (identifier) @name) @definition.constant)
(opaque_declaration (variable_declaration "const" . (identifier) @name) @definition.constant)
(variable_declaration ["const" "var"] . (identifier) @name (struct_declaration "{" @body "}" @body)) @definition.struct
(variable_declaration ["const" "var"] . (identifier) @name (enum_declaration "{" @body "}" @body)) @definition.enum
(variable_declaration ["const" "var"] . (identifier) @name (union_declaration "{" @body "}" @body)) @definition.union
(variable_declaration ["const" "var"] . (identifier) @name (opaque_declaration "{" @body "}" @body)) @definition.struct
(variable_declaration ["const" "var"] . (identifier) @name (error_set_declaration "{" @body "}" @body)) @definition.enum
(error_set_declaration (identifier) @name @definition.enum_member)
(container_field name: (identifier) @name) @definition.field
(enum_declaration (container_field name: (identifier) @name) @definition.enum_member)
(function_declaration name: (identifier) @name body: (block)? @body) @definition.function
((function_declaration name: (identifier) @name type: (builtin_type) @_type
  body: (block (expression_statement (return_expression (struct_declaration)))) @body) @definition.struct (#eq? @_type "type"))
((function_declaration name: (identifier) @name type: (builtin_type) @_type
  body: (block (expression_statement (return_expression (union_declaration)))) @body) @definition.union (#eq? @_type "type"))
((function_declaration name: (identifier) @name type: (builtin_type) @_type
  body: (block (expression_statement (return_expression (enum_declaration)))) @body) @definition.enum (#eq? @_type "type"))
(struct_declaration (function_declaration name: (identifier) @name body: (block)? @body) @definition.method)
(enum_declaration (function_declaration name: (identifier) @name body: (block)? @body) @definition.method)
(union_declaration (function_declaration name: (identifier) @name body: (block)? @body) @definition.method)
(opaque_declaration (function_declaration name: (identifier) @name body: (block)? @body) @definition.method)
(test_declaration [(string) (identifier)] @name (block) @body) @definition.function

; ── documentation ──
(comment) @comment
(source_file . (comment)+ @documentation.comment (#match? @documentation.comment "^//!"))

; ── imports ──
(variable_declaration ["const" "var"] . (identifier) @import.bound
  (builtin_function (builtin_identifier) @_import (#eq? @_import "@import"))) @import
(variable_declaration ["const" "var"] . (identifier) @import.bound
  (field_expression object: (builtin_function (builtin_identifier) @_import (#eq? @_import "@import")))) @import
(variable_declaration ["const" "var"] . (identifier) @import.bound
  (field_expression object: (field_expression object: (builtin_function (builtin_identifier) @_import (#eq? @_import "@import"))))) @import
(using_namespace_declaration) @import

; ── calls, reads, writes ──
(call_expression function: (_) @callee) @call
(builtin_function (builtin_identifier) @callee (arguments) @arguments (#not-match? @callee "^@(?:import|This)$")) @call
((identifier) @identifier (#not-eq? @identifier "_"))
(field_expression object: (_)) @read
(field_expression !object member: (identifier) @skip)
(error_type (identifier) @skip)
(assignment_expression left: [(identifier) (field_expression object: (_)) (index_expression) (dereference_expression)] @assign.target
  operator: "=" right: (_) @assign.source)
(assignment_expression left: (_) @update operator: ["+=" "-=" "*=" "/=" "%=" "|=" "&=" "^=" "<<=" ">>=" "+%=" "-%=" "*%="])
((variable_declaration . [(identifier) (field_expression) (index_expression) (dereference_expression)] @assign.target . "=" . (_) @assign.source .) @_statement
  (#not-match? @_statement "^(?:pub |export |extern |threadlocal |comptime )*(?:const|var)\\b") (#not-eq? @assign.target "_"))
((variable_declaration . [(identifier) (field_expression) (index_expression) (dereference_expression)] @update
  . ["+=" "-=" "*=" "/=" "%=" "|=" "&=" "^=" "<<=" ">>="]))
(parameter type: (_) @skip.all)
(function_declaration type: (_) @skip.all)
(container_field type: (_) @skip.all)
(variable_declaration type: (_) @skip.all)
(break_label (identifier) @skip)
(block_label (identifier) @skip)

; ── flows ──
((parameter name: (identifier) @parameter.name type: (_) @parameter.type) (#not-eq? @parameter.name "self"))
(parameter name: (identifier) @skip)
((function_declaration (parameters (parameter name: (identifier) @type.variable)) type: (builtin_type) @_type
  body: (block (expression_statement (return_expression [(struct_declaration) (union_declaration) (enum_declaration)]))))
  (#eq? @_type "type"))
(variable_declaration ["const" "var"] . (identifier) @declare.name type: (_) @declare.type . "=" . (_) @assign.source .)
(variable_declaration ["const" "var"] . (identifier) @declare.name . "=" . (_) @assign.source .)
(variable_declaration ["const" "var"] . (identifier) @declare.name type: (_) @declare.type . ";")
(variable_declaration "," ["const" "var"] . (identifier) @declare.name)
(container_field name: (identifier) @declare.name type: (_) @declare.type)
(for_statement . (_) @assign.each (payload . (identifier) @assign.target))
(payload (identifier) @declare.name)
(return_expression (_) @return)
((function_declaration type: (_) @return.type) (#not-eq? @return.type "type"))

; ── complexity ──
[(if_statement) (if_expression) (while_statement) (while_expression) (for_statement) (for_expression) (switch_case)
 (catch_expression)] @decision
["and" "or" "orelse"] @decision
