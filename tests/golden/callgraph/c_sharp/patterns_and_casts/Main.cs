class Wheel
{
    public void Turn() { }

    public Wheel Next() => this;
}

class Rail
{
    public void Turn() { }
}

class Program
{
    static void Handle(object thing, Wheel[] wheels)
    {
        if (thing is Wheel wheel)
        {
            wheel.Turn();
        }
        ((Wheel)thing).Next();
        (thing as Rail).Turn();
        wheels[0].Next().Turn();
        switch (thing)
        {
            case Wheel found:
                found.Turn();
                break;
        }
        using (var opened = Open())
        {
            opened.Next();
        }
    }

    static Wheel Open() => new Wheel();
}
