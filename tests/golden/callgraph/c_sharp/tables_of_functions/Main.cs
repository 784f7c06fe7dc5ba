using System;
using System.Collections.Generic;

class Steps
{
    static int Up(int n) { return n + 1; }
    static int Down(int n) { return n - 1; }
    static int Stay(int n) { return n; }

    static readonly Func<int, int>[] InOrder = { Up, Down };
    static readonly Dictionary<string, Func<int, int>> Named = new() { ["up"] = Up, ["stay"] = Stay };
    static readonly List<Func<int, int>> Listed = new List<Func<int, int>> { Down, Stay };

    int At(int i) { return InOrder[i](1); }

    int ByName(string name) { return Named[name](1); }

    int Each()
    {
        int total = 0;
        foreach (var f in Listed)
        {
            total += f(1);
        }
        return total;
    }
}
