class json:
    def dumps(self): return 1
import json
json.dumps(1)
