package q;

import a.*;

class Elsewhere {
    int named() { return X.name(); }
}
