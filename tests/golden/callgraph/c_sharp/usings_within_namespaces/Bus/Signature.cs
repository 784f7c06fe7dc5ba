namespace Bus.Wire
{
    public class Signature
    {
        public static string Of() => "s";
        public void Write() { }
    }

    namespace Deep
    {
        public static class Tools { public static int Twice(int n) => n * 2; }
    }
}
