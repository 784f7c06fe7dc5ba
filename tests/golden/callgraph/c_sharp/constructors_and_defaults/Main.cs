class Base
{
    public Base() : this("none") { }

    public Base(string name)
    {
        Init(name);
    }

    void Init(string name, int level = 0) { }

    void Init(params string[] names)
    {
        Init("a", 1);
    }
}

class Derived : Base
{
    public Derived(int n) : base("derived") { }

    public Derived() : this(0) { }

    public static Derived Make() => new(3);
}

class Primary(int n) : Base("primary")
{
    public int Twice() => Add(n, n);

    int Add(int a, int b) => a + b;
}

class Program
{
    static void Main()
    {
        Derived.Make();
        new Derived();
        Base plain = new();
        new Primary(2).Twice();
    }
}
