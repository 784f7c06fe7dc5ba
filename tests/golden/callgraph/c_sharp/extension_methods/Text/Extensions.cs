namespace Text
{
    public class Page
    {
        public int Size() => 1;
    }

    public static class PageExtensions
    {
        public static int Words(this Page page)
        {
            return page.Size();
        }

        public static Page Double(this Page page, int times) => new Page();

        public static Page ToPage(this string text) => new Page();
    }
}
