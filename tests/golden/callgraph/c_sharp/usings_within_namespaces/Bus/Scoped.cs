namespace Bus.Client;

using Wire.Deep;

public class Scoped
{
    public void Run()
    {
        Tools.Twice(3);
    }
}
