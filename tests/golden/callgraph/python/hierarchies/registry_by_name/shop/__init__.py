from shop.names import NAMES

_loaded = {}


def _load(module_name):
    module = __import__(module_name, None, None, ['__all__'])
    for class_name in module.__all__:
        cls = getattr(module, class_name)
        _loaded[cls.name] = cls


def make(wanted, size):
    for module_name, name in NAMES.values():
        if name == wanted:
            if name not in _loaded:
                _load(module_name)
            return _loaded[name](size)
    return None
