record Point(int X, int Y)
{
    public int Sum() => X + Y;

    public Point Moved(int by) => new Point(X + by, Y);
}

class Order
{
    public static Builder Create() => new Builder();

    public void Ship() { }

    public class Builder
    {
        public Builder Item(string item)
        {
            return this;
        }

        public Builder Count(int count) => Item("x").Item("y");

        public Order Build() => new Order();
    }
}

class Program
{
    static void Main()
    {
        Order.Create().Item("pen").Count(3).Build().Ship();
        var builder = new Order.Builder();
        builder.Item("ink").Build().Ship();
        new Point(1, 2).Moved(1).Sum();
        var moved = new Point(1, 2) with { X = 3 };
        moved.Sum();
    }
}
