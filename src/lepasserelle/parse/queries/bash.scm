; Bash. A command is a call; variables are global unless `local` or `declare` inside a function says otherwise.

; ── definitions ──
(function_definition name: (word) @name body: (_) @body) @definition.function
(program [(variable_assignment name: (variable_name) @name) @definition.variable
  (declaration_command (variable_assignment name: (variable_name) @name) @definition.variable)])
(program (if_statement (variable_assignment name: (variable_name) @name) @definition.variable))
(program (list (variable_assignment name: (variable_name) @name) @definition.variable))
(program (declaration_command (variable_name) @name @definition.variable))
(program (declaration_command "readonly" (variable_assignment name: (variable_name) @name) @definition.constant))
(program (declaration_command "export" (variable_name) @skip))
(declaration_command . (_) @wrapped .) @wrapper

((command name: (command_name (word) @_alias) argument: [(concatenation . (word) @name) (word) @name]) @definition.macro
  (#eq? @_alias "alias") (#match? @name "="))

; ── documentation ──
(comment) @comment
(program . (comment)+ @documentation.comment (#match? @documentation.comment "^#"))

; ── imports ──
((command name: (command_name (word) @_word) argument: (_)) @import (#any-of? @_word "source" "."))

; ── calls, reads, writes ──
(command name: (command_name . (word) @callee .)
  (#match? @callee "^[A-Za-z_][A-Za-z0-9_:+@%-]*$") (#not-match? @callee "^(?:source|return|break|continue|alias)$")) @call
((command name: (command_name (word) @_trap) . argument: (word) @callee @arguments . argument: (_)) @call
  (#eq? @_trap "trap") (#match? @callee "^[A-Za-z_][A-Za-z0-9_:+@%-]*$"))
((command name: (command_name (word) @_trap) . argument: (word) @_end . argument: (word) @callee @arguments . argument: (_)) @call
  (#eq? @_trap "trap") (#eq? @_end "--") (#match? @callee "^[A-Za-z_][A-Za-z0-9_:+@%-]*$"))
((command name: (command_name (word) @_runs) argument: [(raw_string) @tokens (string (string_content) @tokens)])
  (#any-of? @_runs "trap" "eval"))
((command argument: (word) @_option . argument: (word) @read) (#eq? @_option "-F"))
(simple_expansion (variable_name) @read (#match? @read "^[A-Za-z_]"))
(expansion (variable_name) @read (#match? @read "^[A-Za-z_]"))
(binary_expression (variable_name) @read)
(unary_expression (variable_name) @read)
(subscript name: (variable_name) @read)
(unset_command (variable_name) @write)
(postfix_expression [(variable_name) (word)] @update)
(binary_expression left: (variable_name) @write operator: ["=" "+=" "-=" "*=" "/="])
(command name: (command_name (word) @_read) argument: (word) @assign.target
  (#any-of? @_read "read" "mapfile" "readarray" "getopts") (#match? @assign.target "^[A-Za-z_][A-Za-z0-9_]*$"))

; ── flows ──
(variable_assignment name: (variable_name) @assign.target value: (_) @assign.source)
(variable_assignment name: (subscript) @assign.target value: (_) @assign.source)
(declaration_command ["local" "declare" "typeset"] (variable_assignment name: (variable_name) @declare.name))
(declaration_command "local" (variable_name) @declare.name)
(declaration_command ["declare" "typeset"] (word) @_options (variable_name) @declare.name (#not-match? @_options "[fFpg]"))
(declaration_command ["declare" "typeset"] (word) @_options
  [(variable_assignment name: (variable_name) @global) (variable_name) @global] (#match? @_options "^-[a-zA-Z]*g"))
(for_statement variable: (variable_name) @assign.target value: (_) @assign.each)

; ── complexity ──
[(if_statement) (elif_clause) (while_statement) (for_statement) (c_style_for_statement) (case_item)] @decision
["&&" "||"] @decision
