import one
import two
for m in [one, two]:
    m.run()
