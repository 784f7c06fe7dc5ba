using System;
using App.Model;
using Bill = App.Model.Order;
using static App.Tools.Maths;

namespace App
{
    class Program
    {
        static void Main()
        {
            var order = new Order();
            order.Total();
            new Bill().Total();
            Twice(2);
            Tools.Text.Shout("a");
            App.Other.Order far = new App.Other.Order();
            far.Total();
            Neighbour.Greet();
            Console.WriteLine("x");
        }
    }
}
