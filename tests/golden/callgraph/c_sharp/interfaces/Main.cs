interface IShape
{
    double Area();

    double Twice() => 2 * Area();
}

class Circle : IShape
{
    public double Area() => 3.14;
}

class Square : IShape
{
    public double Area() => 1.0;

    public double Twice() => 4.0;
}

class Farm
{
    public double Area() => 10.0;
}

class Program
{
    static double Total(IShape[] shapes)
    {
        double sum = 0;
        foreach (IShape shape in shapes)
        {
            sum += shape.Area();
        }
        foreach (var shape in shapes)
        {
            sum += shape.Twice();
        }
        return sum;
    }

    static void Main()
    {
        Total(new IShape[] { new Circle(), new Square() });
        new Farm().Area();
    }
}
