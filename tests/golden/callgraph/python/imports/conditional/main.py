try:
    from missing_module_of_this_program import f
except ImportError:
    from lib import f
f()
