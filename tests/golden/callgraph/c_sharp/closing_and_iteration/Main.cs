using System;
using System.Collections.Generic;
using System.Threading.Tasks;

class Door : IDisposable
{
    public virtual void Dispose() { }
}

class Gate : Door
{
    public override void Dispose() { }
}

class Lamp : IAsyncDisposable
{
    public ValueTask DisposeAsync() => default;
}

class Cursor
{
    public int Current => 0;

    public bool MoveNext() => false;
}

class Bag
{
    public Cursor GetEnumerator() => new Cursor();
}

class Program
{
    static void Shut(Door given)
    {
        using (given)
        {
        }
    }

    static void Both()
    {
        using var front = new Door();
        using (var back = new Gate())
        {
        }
    }

    static async Task Later(Lamp lamp)
    {
        await using (lamp)
        {
        }
    }

    static void Each(Bag bag, List<int> others)
    {
        foreach (var each in bag)
        {
        }
        foreach (int each in others)
        {
        }
    }
}
