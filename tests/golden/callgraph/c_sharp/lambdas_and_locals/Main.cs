using System;

class Engine
{
    public void Start() { }

    public void Each(Action<int> action)
    {
        action(1);
    }
}

class Garage
{
    private readonly Engine _engine = new Engine();

    public void Open()
    {
        _engine.Each(n => Step(n));
        Action later = () => _engine.Start();
        void Local()
        {
            _engine.Start();
        }
        Local();
        _engine.Each(Step);
    }

    private void Step(int n) { }

    static async void Main()
    {
        var garage = new Garage();
        garage.Open();
        (await Make()).Open();
    }

    static async System.Threading.Tasks.Task<Garage> Make() => new Garage();
}
