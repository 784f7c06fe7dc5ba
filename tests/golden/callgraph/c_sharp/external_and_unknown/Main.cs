using Acme;

class Plug
{
    public void Start() { }

    public void Stop(int code) { }
}

class Motor
{
    public void Start() { }

    public void Start(int speed) { }
}

class Client : Acme.Session
{
    private readonly Acme.Registry _registry;

    public Client(Acme.Registry registry) : base("client")
    {
        _registry = registry;
    }

    public void Fetch(string url)
    {
        _registry.Find(url).Start();
        _registry.Find(url).Stop(1);
        _registry.Find(url).Blink();
        Connect(url);
        int.Parse(url);
    }
}
