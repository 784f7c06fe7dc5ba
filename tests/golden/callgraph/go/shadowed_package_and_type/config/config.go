package config

func Load() {}
