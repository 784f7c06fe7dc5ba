; Lua. A table that functions are put into is the type of those functions; which tables are is known when the file has been read.

; ── definitions ──
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @definition.variable)
(chunk (variable_declaration (variable_list name: (identifier) @name)) @definition.variable)
(chunk (assignment_statement (variable_list name: (identifier) @name)) @definition.variable)
(chunk (variable_declaration (assignment_statement (variable_list . name: (identifier) @name .)
  (expression_list . value: (table_constructor) @body .))) @definition.variable)
(chunk (assignment_statement (variable_list . name: (identifier) @name .)
  (expression_list . value: (table_constructor) @body .)) @definition.variable)
(chunk (assignment_statement (variable_list . name: (dot_index_expression table: (identifier) @receiver field: (identifier) @name) .)
  (expression_list . value: (table_constructor) @body .)) @definition.field)
(chunk (assignment_statement (variable_list . name: (dot_index_expression table: (identifier) @receiver field: (identifier) @name) .)
  (expression_list . value: [(string) (number) (true) (false) (nil) (identifier) (dot_index_expression) (function_call)] .)) @definition.field)
(chunk (variable_declaration (assignment_statement (expression_list (table_constructor (field name: (identifier) @name) @definition.field)))))
(chunk (assignment_statement (expression_list (table_constructor (field name: (identifier) @name) @definition.field))))
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name attribute: (attribute (identifier) @_const)))
  (#eq? @_const "const")) @definition.constant)
(chunk [(variable_declaration (assignment_statement (expression_list (table_constructor
    (field name: (identifier) @name value: (table_constructor) @body) @definition.field))))
  (assignment_statement (expression_list (table_constructor
    (field name: (identifier) @name value: (table_constructor) @body) @definition.field)))])
(chunk [(variable_declaration (assignment_statement (expression_list (table_constructor (field value: (table_constructor
    (field name: (identifier) @name value: (table_constructor) @body) @definition.field))))))
  (assignment_statement (expression_list (table_constructor (field value: (table_constructor
    (field name: (identifier) @name value: (table_constructor) @body) @definition.field)))))])
(chunk (assignment_statement (variable_list . name: (dot_index_expression table: (dot_index_expression) @receiver field: (identifier) @name) .)
  (expression_list . value: (table_constructor) @body .)) @definition.field)
(function_declaration name: (identifier) @name body: (block)? @body) @definition.function
(function_declaration name: (dot_index_expression) @declarator body: (block)? @body) @definition.function
(function_declaration name: (method_index_expression) @declarator body: (block)? @body) @definition.method
(assignment_statement (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_definition body: (block)? @body) .)) @definition.function
(assignment_statement (variable_list . name: (dot_index_expression) @declarator .)
  (expression_list . value: (function_definition body: (block)? @body) .)) @definition.function
(field name: (identifier) @name value: (function_definition body: (block)? @body)) @definition.function
(function_definition body: (block) @body) @definition.lambda
(variable_declaration (assignment_statement) @wrapped) @wrapper

; ── bases: `setmetatable({}, {__index = Base})` ──
(variable_declaration (assignment_statement (variable_list . name: (identifier)) (expression_list . value: (function_call
  name: (identifier) @_set arguments: (arguments (_) (table_constructor (field name: (identifier) @_index value: (_) @base)))
  (#eq? @_set "setmetatable") (#eq? @_index "__index")))))

; ── documentation ──
(comment) @comment
(chunk . (comment)+ @documentation.comment (#match? @documentation.comment "^--(?:-|\\[\\[)"))

; ── imports ──
(variable_declaration (assignment_statement (variable_list . name: (identifier) @import.bound .) (expression_list . value: [
  (function_call name: (identifier) @_require)
  (dot_index_expression table: (function_call name: (identifier) @_require))
] .) (#eq? @_require "require"))) @import
(chunk (assignment_statement (variable_list . name: (identifier) @import.bound .) (expression_list . value: [
  (function_call name: (identifier) @_require)
  (dot_index_expression table: (function_call name: (identifier) @_require))
] .) (#eq? @_require "require")) @import)
(chunk (function_call name: (identifier) @_require (#any-of? @_require "require" "dofile" "loadfile")) @import)

; ── calls, reads, writes ──
(function_call name: (_) @callee arguments: (_) @arguments (#not-eq? @callee "require")) @call
(identifier) @identifier
(dot_index_expression) @read
(field name: (identifier) @skip)
(function_declaration name: (_) @skip.all)
(goto_statement (identifier) @skip)
(label_statement (identifier) @skip)
(attribute (identifier) @skip)

; ── flows ──
(parameters name: (identifier) @parameter.name)
(variable_declaration (assignment_statement (variable_list . name: (identifier) @declare.name) (expression_list . value: (_) @assign.source)))
(variable_declaration (assignment_statement (variable_list name: (identifier) . name: (identifier) @declare.name)))
(variable_declaration (variable_list name: (identifier) @declare.name))
(chunk (assignment_statement (variable_list . name: (_) @assign.target) (expression_list . value: (_) @assign.source)))
(block (assignment_statement (variable_list . name: (_) @assign.target) (expression_list . value: (_) @assign.source)))
(assignment_statement (variable_list name: (_) . name: (dot_index_expression) @write))
(for_numeric_clause name: (identifier) @declare.name)
(for_generic_clause (variable_list name: (identifier) @declare.name))
(return_statement (expression_list . (_) @return))

; ── complexity ──
[(if_statement) (elseif_statement) (while_statement) (repeat_statement) (for_statement)] @decision
["and" "or"] @decision

; ── literals that may hold functions ──
(assignment_statement (variable_list . name: (_) @literal.name .) (expression_list . value: (table_constructor) @literal .))
(for_generic_clause (variable_list name: (identifier) . name: (identifier) @assign.target .) (expression_list . (function_call
  name: (identifier) @_each arguments: (arguments . (_) @assign.each .))) (#any-of? @_each "ipairs" "pairs"))
