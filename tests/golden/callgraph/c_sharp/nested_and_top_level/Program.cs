var outer = new Outer();
outer.Touch();
Go(outer);

void Go(Outer target)
{
    target.Touch();
    Outer.Nested.Shared.Ring();
}

class Outer
{
    public class Nested
    {
        public static readonly Nested Shared = new Nested();

        public void Ring()
        {
            Helper();
            Deep();
        }

        private void Deep() { }
    }

    static void Helper() { }

    public void Touch()
    {
        var nested = new Nested();
        nested.Ring();
    }
}
