class Base
{
    public void Plain() { }

    public virtual void Open() { }
}

class Derived : Base
{
    public new void Plain() { }

    public override void Open() { }
}

class Program
{
    static void Use(Base item)
    {
        item.Plain();
        item.Open();
    }

    static void Main()
    {
        var derived = new Derived();
        derived.Plain();
        derived.Open();
        Use(derived);
    }
}
