import json
class Own:
    def m(self): pass
class Decoder(json.JSONDecoder):
    def m(self): pass
def use(x):
    if isinstance(x, json.JSONDecoder):
        x.m()
use(Own())
use(Decoder())
