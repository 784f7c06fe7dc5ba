abstract class Job
{
    protected Job(string name)
    {
        Log(name);
    }

    public void Run()
    {
        Prepare();
        Work();
    }

    protected virtual void Prepare() { }

    public abstract void Work();

    static void Log(string line) { }
}

class Print : Job
{
    public Print() : base("print") { }

    protected override void Prepare()
    {
        base.Prepare();
        Paper();
    }

    public override void Work() { }

    public virtual void Paper() { }
}

class Colour : Print
{
    public override void Paper()
    {
        base.Paper();
        this.Prepare();
    }
}

class Program
{
    static void Main()
    {
        Colour colour = new Colour();
        colour.Run();
        colour.Work();
        Job job = colour;
        job.Run();
    }
}
