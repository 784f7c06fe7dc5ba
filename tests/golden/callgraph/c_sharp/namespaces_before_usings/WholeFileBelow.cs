namespace N.Deeper;

using A;

class WholeBelow { int Named() { return X.Name(); } }
