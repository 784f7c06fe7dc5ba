namespace App.Tools
{
    public static class Text
    {
        public static string Shout(string text) => text;
    }

    public static class Maths
    {
        public static int Twice(int n) => n * 2;
    }
}
