"""Flow inside functions: control flow, dominance, control and data dependence, slices. Works on `model.Body`, never on syntax.

- `cfg`         which statement can run after which
- `dominance`, `control`   which decisions a statement runs by
- `objects`     which objects a place can mean
- `reaching`    which writes a statement can see
- `dependence`  all of it joined: the statement-level program dependence graph
- `slicing`     slices inside one body;  `system` across calls
"""
