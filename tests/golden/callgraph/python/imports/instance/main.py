from lib import thing
thing.m()
