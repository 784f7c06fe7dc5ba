package p;

import a.*;

class Wildcard {
    int named() { return X.name(); }
    X made() { return new X(); }
    int only() { return Y.name(); }
    int given(X x) { return x.name(); }
}
