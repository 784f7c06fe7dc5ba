; Python. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(function_definition name: (identifier) @name body: (_) @body) @definition.function
(class_definition name: (identifier) @name body: (_) @body) @definition.class
(lambda body: (_) @body) @definition.lambda
(decorated_definition definition: (_) @wrapped) @wrapper
(decorator) @decorator

(assignment left: (identifier) @name) @definition.variable
(assignment left: (pattern_list (identifier) @name)) @definition.variable
(assignment left: (tuple_pattern (identifier) @name)) @definition.variable
(assignment left: (pattern_list [(tuple_pattern (identifier) @name) (list_splat_pattern (identifier) @name)])) @definition.variable
(assignment left: (pattern_list (tuple_pattern (list_splat_pattern (identifier) @name)))) @definition.variable
(type_alias_statement left: (type [(identifier) @name (generic_type . (identifier) @name)])) @definition.type

(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript) (call)] @base))
(class_definition superclasses: (argument_list (keyword_argument name: (identifier) @_key value: (_) @metaclass)) (#eq? @_key "metaclass"))

; ── documentation ──
(module . (comment)* . (expression_statement . (string) @documentation))
(block . (comment)* . (expression_statement . (string) @documentation))
(comment) @comment

; ── imports ──
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
(try_statement) @conditional
(if_statement) @conditional
(if_statement condition: [(identifier) @_flag (attribute attribute: (identifier) @_flag)]
  consequence: (_) @type_only (#eq? @_flag "TYPE_CHECKING"))

; ── parameters ──
(parameters (identifier) @parameter.name)
(parameters [(list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)])
(parameters (default_parameter name: (_) @parameter.name))
(parameters (typed_default_parameter name: (identifier) @parameter.name type: (_) @parameter.type))
(parameters (typed_parameter
  . [(identifier) @parameter.name (list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)]
  type: (_) @parameter.type))
(lambda_parameters (identifier) @parameter.name)
(lambda_parameters [(list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)])
(lambda_parameters (default_parameter name: (identifier) @parameter.name))

; ── flows ──
(assignment left: (_) @assign.target right: (_) @assign.source !type)
(assignment left: (_) @declare.name type: (_) @declare.type right: (_) @assign.source)
(assignment left: (_) @declare.name type: (_) @declare.type !right)
(augmented_assignment left: (_) @update)
(named_expression name: (_) @assign.target value: (_) @assign.source)
(for_statement left: (_) @assign.target right: (_) @assign.each)
(for_in_clause left: (_) @assign.target right: (_) @assign.each)
(with_item value: (as_pattern (_) @assign.context alias: (as_pattern_target (_) @assign.target)))
(except_clause value: (as_pattern (_) @assign.instance alias: (as_pattern_target (_) @assign.target)))
(case_pattern (as_pattern (identifier) @assign.target))
(case_pattern (dotted_name . (identifier) @assign.target .))
(keyword_pattern (identifier) (dotted_name . (identifier) @assign.target .))
(splat_pattern (identifier) @assign.target)
(delete_statement [(identifier) (attribute) (subscript)] @write)
(delete_statement (expression_list [(identifier) (attribute) (subscript)] @write))
(return_statement (_) @return)
(lambda body: (_) @return)
(function_definition return_type: (_) @return.type)
(global_statement (identifier) @global)
(nonlocal_statement (identifier) @nonlocal)
(module (expression_statement (assignment left: (identifier) @_all
  right: [(list (string) @export.name) (tuple (string) @export.name)]) (#eq? @_all "__all__")))
(module (expression_statement (augmented_assignment left: (identifier) @_all
  right: [(list (string) @export.name) (tuple (string) @export.name)]) (#eq? @_all "__all__")))

; ── references ──
(call function: (_) @callee arguments: (argument_list) @arguments) @call
(call function: (_) @callee arguments: (generator_expression)) @call
; Member expressions that are neither the object of a wider one nor a callee.
[
  (argument_list (attribute) @read) (as_pattern (attribute) @read) (as_pattern_target (attribute) @read)
  (assert_statement (attribute) @read) (assignment (attribute) @read) (augmented_assignment (attribute) @read)
  (await (attribute) @read) (binary_operator (attribute) @read) (boolean_operator (attribute) @read) (chevron (attribute) @read)
  (comparison_operator (attribute) @read) (conditional_expression (attribute) @read) (decorator (attribute) @read)
  (default_parameter (attribute) @read) (delete_statement (attribute) @read) (dictionary_splat (attribute) @read)
  (dictionary_splat_pattern (attribute) @read) (elif_clause (attribute) @read) (except_clause (attribute) @read)
  (exec_statement (attribute) @read) (expression_list (attribute) @read) (expression_statement (attribute) @read)
  (for_in_clause (attribute) @read) (for_statement (attribute) @read) (format_expression (attribute) @read)
  (generator_expression (attribute) @read) (if_clause (attribute) @read) (if_statement (attribute) @read)
  (interpolation (attribute) @read) (keyword_argument (attribute) @read) (lambda (attribute) @read) (list (attribute) @read)
  (list_comprehension (attribute) @read) (list_pattern (attribute) @read) (list_splat (attribute) @read)
  (list_splat_pattern (attribute) @read) (match_statement (attribute) @read) (named_expression (attribute) @read)
  (not_operator (attribute) @read) (pair (attribute) @read) (parenthesized_expression (attribute) @read)
  (pattern_list (attribute) @read) (print_statement (attribute) @read) (raise_statement (attribute) @read)
  (return_statement (attribute) @read) (set (attribute) @read) (set_comprehension (attribute) @read) (slice (attribute) @read)
  (subscript (attribute) @read) (tuple (attribute) @read) (tuple_pattern (attribute) @read) (type (attribute) @read)
  (typed_default_parameter (attribute) @read) (unary_operator (attribute) @read) (while_statement (attribute) @read)
  (with_item (attribute) @read) (yield (attribute) @read) (ERROR (attribute) @read)
]
; Names are asked for by what holds them, and not where they are no reads for sure: as the parts of a member expression (the widest
; one is a read), as callees, targets, parameters, keywords, in imports and in heads. That is three of four.
[
  (argument_list (identifier) @identifier) (as_pattern (identifier) @identifier) (as_pattern_target (identifier) @identifier)
  (assert_statement (identifier) @identifier) (augmented_assignment (identifier) @identifier) (await (identifier) @identifier)
  (binary_operator (identifier) @identifier) (boolean_operator (identifier) @identifier) (chevron (identifier) @identifier)
  (comparison_operator (identifier) @identifier) (conditional_expression (identifier) @identifier)
  (decorator (identifier) @identifier) (default_parameter value: (identifier) @identifier)
  (delete_statement (identifier) @identifier) (dictionary_splat (identifier) @identifier)
  (dictionary_splat_pattern (identifier) @identifier) (elif_clause (identifier) @identifier)
  (except_clause (identifier) @identifier) (exec_statement (identifier) @identifier) (expression_list (identifier) @identifier)
  (expression_statement (identifier) @identifier) (for_in_clause (identifier) @identifier)
  (for_statement (identifier) @identifier) (format_expression (identifier) @identifier)
  (generator_expression (identifier) @identifier) (generic_type (identifier) @identifier)
  (global_statement (identifier) @identifier) (if_clause (identifier) @identifier) (if_statement (identifier) @identifier)
  (interpolation (identifier) @identifier) (lambda (identifier) @identifier) (list (identifier) @identifier)
  (list_comprehension (identifier) @identifier) (list_pattern (identifier) @identifier) (list_splat (identifier) @identifier)
  (list_splat_pattern (identifier) @identifier) (match_statement (identifier) @identifier)
  (member_type (identifier) @identifier) (named_expression (identifier) @identifier)
  (nonlocal_statement (identifier) @identifier) (not_operator (identifier) @identifier) (pair (identifier) @identifier)
  (parenthesized_expression (identifier) @identifier) (pattern_list (identifier) @identifier)
  (print_statement (identifier) @identifier) (raise_statement (identifier) @identifier)
  (return_statement (identifier) @identifier) (set (identifier) @identifier) (set_comprehension (identifier) @identifier)
  (slice (identifier) @identifier) (splat_pattern (identifier) @identifier) (splat_type (identifier) @identifier)
  (subscript (identifier) @identifier) (tuple (identifier) @identifier) (tuple_pattern (identifier) @identifier)
  (type (identifier) @identifier) (typed_default_parameter value: (identifier) @identifier)
  (unary_operator (identifier) @identifier) (while_statement (identifier) @identifier) (with_item (identifier) @identifier)
  (yield (identifier) @identifier) (ERROR (identifier) @identifier) (assignment right: (identifier) @identifier)
  (keyword_argument value: (identifier) @identifier) (case_pattern (dotted_name (identifier) @identifier))
  (class_pattern (dotted_name (identifier) @identifier)) (dict_pattern (dotted_name (identifier) @identifier))
  (union_pattern (dotted_name (identifier) @identifier)) (keyword_pattern (dotted_name (identifier) @identifier))
]
; What belongs to no statement that the grammar understood is no parameter and no import.
(ERROR [(dotted_name (identifier) @identifier) (relative_import (dotted_name (identifier) @identifier))
  (aliased_import (identifier) @identifier) (aliased_import (dotted_name (identifier) @identifier))
  (default_parameter name: (identifier) @identifier) (typed_default_parameter name: (identifier) @identifier)
  (typed_parameter (identifier) @identifier)])
(ERROR [(parameters [(identifier) @identifier (default_parameter name: (identifier) @identifier)
    (typed_default_parameter name: (identifier) @identifier) (typed_parameter (identifier) @identifier)])
  (lambda_parameters [(identifier) @identifier (default_parameter name: (identifier) @identifier)])])

; ── decisions ──
[(if_statement) (elif_clause) (for_statement) (while_statement) (except_clause) (conditional_expression) (boolean_operator)
 (for_in_clause) (if_clause) (case_clause) (assert_statement)] @decision
