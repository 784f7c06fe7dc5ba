import registry
import plugin
registry.run()
