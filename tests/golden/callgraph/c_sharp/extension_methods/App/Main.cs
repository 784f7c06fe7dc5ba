using Text;

namespace App
{
    class Book
    {
        public int Words() => 0;
    }

    class Program
    {
        static void Main()
        {
            Page page = new Page();
            page.Words();
            page.Double(2).Words();
            "b".ToPage().Size();
            PageExtensions.Words(page);
            new Book().Words();
        }
    }
}
