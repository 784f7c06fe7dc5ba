class Printer {
  public:
    void print() { print(1); }
    void print(int a) { print(a, 2); }
    void print(int a, int b, int c = 3) { count(a + b + c); }

  private:
    void count(int n) {}
};

int add(int a) { return a; }
int add(int a, int b) { return add(a) + b; }
int add(int a, int b, int c) { return add(a, b) + add(c); }

int main() {
    Printer p;
    p.print();
    p.print(1, 2, 3);
    return add(1, 2, 3);
}
