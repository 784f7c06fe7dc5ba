class Street
{
    public string Name() => "s";
}

class Address
{
    public Street Street { get; } = new Street();

    public Street First => Find();

    public Street Find() { return Street; }
}

class Person
{
    private readonly Address _address;
    public Person Friend { get; set; }

    public Person(Address address)
    {
        _address = address;
    }

    public string Where()
    {
        Friend?.Where();
        this._address.First.Name();
        return _address.Street.Name() + _address.Find().Name();
    }

    static void Main()
    {
        var person = new Person(new Address()) { Friend = null };
        person.Friend.Friend.Where();
    }
}
