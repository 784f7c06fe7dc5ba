using System.Collections.Generic;

interface IAnimal
{
    string Name();
}

class Dog : IAnimal
{
    public string Name() => Bark();

    public string Bark() => "wuff";
}

class Box<T> where T : IAnimal
{
    private readonly T _content;

    public Box(T content)
    {
        _content = content;
    }

    public T Open()
    {
        _content.Name();
        return _content;
    }
}

class Program
{
    static void Tell<A>(A animal) where A : IAnimal
    {
        animal.Name();
    }

    static void Main()
    {
        Box<Dog> box = new Box<Dog>(new Dog());
        box.Open().Bark();
        Tell(box.Open());
        Tell<Dog>(new Dog());
        var dogs = new List<Dog>();
        foreach (Dog dog in dogs)
        {
            dog.Bark();
        }
    }
}
