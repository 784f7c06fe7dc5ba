from package import thing
thing()
