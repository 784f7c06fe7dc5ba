using A;

namespace M
{
    using B;

    class Inside { int Named() { return X.Name(); } }
}

namespace M.Beside
{
    class Outside { int Named() { return X.Name(); } }
}

namespace N
{
    using B;

    class Own { int Named() { return X.Name(); } }
}

namespace N.Below
{
    class Around { int Named() { return X.Name(); } }
}

namespace N.Using
{
    using B;

    class Nearer { int Named() { return X.Name(); } }
}
