namespace P
{
    using B;

    class First { int Named() { return X.Name(); } }
}

namespace Q
{
    using A;

    class Second { int Named() { return X.Name(); } }
}
