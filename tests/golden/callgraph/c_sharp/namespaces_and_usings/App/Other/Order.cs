namespace App.Other
{
    public class Order
    {
        public int Total() => Neighbour.Count();
    }
}
