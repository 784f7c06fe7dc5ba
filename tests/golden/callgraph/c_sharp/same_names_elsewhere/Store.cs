namespace Store
{
    public class Cache
    {
        public string Get(string key) => null;

        public void Close() { }
    }

    public class Door
    {
        public string Get(string key) => key;

        public void Close()
        {
            Turn();
        }

        private void Turn() { }
    }
}
