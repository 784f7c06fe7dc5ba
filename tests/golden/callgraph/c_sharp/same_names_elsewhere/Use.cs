using System.Collections.Generic;
using Store;

namespace Use
{
    class Loader
    {
        private readonly Dictionary<string, string> _names = new Dictionary<string, string>();

        public void Load(Cache cache, string key)
        {
            var value = cache.Get(key);
            _names.Remove(key);
            var other = new Cache();
            other.Close();
            key.Trim();
            Turn();
        }

        void Turn()
        {
            Close();
        }

        void Close() { }
    }
}
