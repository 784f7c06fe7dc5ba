from dataclasses import dataclass
from typing import Any
def a(): pass
@dataclass
class C:
    f: Any
    def run(self):
        self.f()
C(a).run()
