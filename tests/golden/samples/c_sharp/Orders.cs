using System;
using System.Collections.Generic;
using System.Linq;
using static System.Math;
using Json = System.Text.Json.JsonSerializer;
global using System.Threading.Tasks;

namespace Bakery.Orders;

/// <summary>Decides what an order costs.</summary>
public delegate decimal Pricing(Order order);

/// <summary>
/// Something that can be sold.
/// </summary>
public interface ISellable : IComparable<ISellable>, IFormattable
{
    decimal Price { get; }
    string Describe(int indent = 0);
    bool IsFree() => Price == 0;
}

/// <summary>The sizes in which bread is baked.</summary>
[Flags]
public enum Size : byte
{
    /// <summary>For one.</summary>
    Small = 1,
    Large = 2,
}

/// <summary>A point in the city where orders are brought to.</summary>
public readonly struct Stop
{
    public readonly double X, Y;

    public Stop(double x, double y)
    {
        X = x;
        Y = y;
    }

    public double Distance(Stop other) => Sqrt(Pow(X - other.X, 2) + Pow(Y - other.Y, 2));

    public static Stop operator +(Stop left, Stop right) => new Stop(left.X + right.X, left.Y + right.Y);

    public static implicit operator string(Stop stop) => stop.ToString();
}

/// <summary>One line of an order.</summary>
public record Line(string Name, int Count) : Entry(Name), ISellable
{
    public decimal Price => Catalog.Find(Name).Price * Count;

    public string Describe(int indent) => new string(' ', indent) + Name;
}

public record struct Money(decimal Amount);

/// <summary>Takes orders and brings them.</summary>
/// <typeparam name="T">what a line is</typeparam>
[Serializable, Obsolete("use Orders2")]
public abstract partial class OrderBook<T> : Book<T>, IDisposable where T : ISellable
{
    public const int MaxLines = 40, MinLines = 1;
    private static readonly Dictionary<string, OrderBook<T>> Known = new();
    private readonly List<T> _lines = new List<T>();
    private Pricing? _pricing;
    internal int Version;

    public event EventHandler<Order>? Placed;

    /// <summary>Who ordered.</summary>
    public string Customer { get; private set; } = "nobody";

    public int Count => _lines.Count;

    public decimal Total
    {
        get
        {
            return _lines.Sum(line => line.Price);
        }
        set
        {
            Version = (int)value;
        }
    }

    public T this[int index]
    {
        get { return _lines[index]; }
    }

    static OrderBook()
    {
        Registry.Add(typeof(OrderBook<T>));
    }

    /// <summary>Opens a book for a customer.</summary>
    protected OrderBook(string customer, params T[] lines) : base(customer)
    {
        this.Customer = customer ?? throw new ArgumentNullException(nameof(customer));
        foreach (var line in lines)
        {
            Add(line);
        }
    }

    ~OrderBook()
    {
        Dispose();
    }

    public void Add(T line)
    {
        if (Count >= MaxLines || line.IsFree() && Version > 0)
        {
            return;
        }
        _lines.Add(line);
        Version++;
        Placed?.Invoke(this, new Order(line));
    }

    public void Add(T line, int times)
    {
        for (int i = 0; i < times; i++)
        {
            this.Add(line);
        }
    }

    protected abstract bool Accepts(T line);

    /// <summary>Writes the book to a stream and waits for it.</summary>
    /// <param name="target">where to</param>
    public virtual async Task<int> SaveAsync<TWriter>(TWriter target, ref int tries, bool quiet = false)
        where TWriter : IWriter
    {
        using var scope = Scope.Open();
        int written = 0;
        try
        {
            await target.WriteAsync(Json.Serialize(_lines)).ConfigureAwait(false);
            written = _lines.Count;
        }
        catch (IOException problem) when (problem.HResult > 0)
        {
            Console.Error.WriteLine(problem.Message);
        }
        finally
        {
            base.Close();
        }

        int Retry(int left)
        {
            return left - 1;
        }

        tries = Retry(tries);
        return quiet ? 0 : written;
    }

    public string Label(object thing)
    {
        var text = thing switch
        {
            Line line => line.Name,
            string plain => plain,
            _ => "?",
        };
        switch (text.Length)
        {
            case 0: return "-";
            case 1: return text;
            default: break;
        }
        Func<int, int> twice = delegate(int x) { return x * 2; };
        var box = new Box { Width = twice(3), Owner = this.Customer };
        if (Known.TryGetValue(text, out var found))
        {
            found.Version = 2;
        }
        return (thing as Line)?.Describe(0) ?? text;
    }

    public void Dispose()
    {
        Placed += OnPlaced;
        Known[Customer] = this;
        GC.SuppressFinalize(this);
    }

    private class Box : Carton
    {
        public int Width;
        public string? Owner { get; set; }
    }
}

public static class OrderExtensions
{
    /// <summary>Whether nothing was ordered.</summary>
    public static bool IsEmpty<T>(this OrderBook<T> book) where T : ISellable => book.Count == 0;
}

public class OrderTests
{
    [Fact]
    public void StopsAreAdded()
    {
        var sum = new Stop(1, 2) + new Stop(3, 4);
        Assert.Equal(4, sum.X);
    }
}
