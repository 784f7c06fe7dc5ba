class Item { go() {} }
{
  class Item { halt() {} }
  new Item().halt();
}
new Item().go();
