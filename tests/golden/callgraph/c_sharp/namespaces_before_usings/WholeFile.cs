using A;

namespace N;

class Whole { int Named() { return X.Name(); } }
