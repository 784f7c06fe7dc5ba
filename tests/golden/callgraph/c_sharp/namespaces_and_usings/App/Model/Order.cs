namespace App.Model
{
    public class Order
    {
        public int Total() => 1;
    }
}
