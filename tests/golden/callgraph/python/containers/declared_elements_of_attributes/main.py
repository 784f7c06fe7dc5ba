import json
from typing import Dict, List, Optional
class Field:
    def clean(self): pass
    def label(self): pass
class Row:
    def cells(self): pass
class Form:
    fields: Dict[str, Field]
    rows: list[Row]
    nested: dict[str, list[Row]]
    other: Optional[List[Field]]
    def __init__(self, text):
        self.held: list[Field] = json.loads(text)
        self.made: list[Row] = []
    def each(self):
        for field in self.fields.values():
            field.clean()
        for row in self.rows:
            row.cells()
        self.fields["a"].label()
    def deep(self):
        for key, rows in self.nested.items():
            for row in rows:
                row.cells()
    def own(self):
        for field in self.held:
            field.clean()
        self.made[0].cells()
        return [field.label() for field in self.other]
Form("[]")
