package p;

import a.X;

class Single {
    int named() { return X.name(); }
}
