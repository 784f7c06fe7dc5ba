#include <functional>
#include <map>
#include <string>
#include <vector>

using Step = int (*)(int);

static int up(int n) { return n + 1; }
static int down(int n) { return n - 1; }
static int stay(int n) { return n; }
static int log(int n) { return n; }

static Step steps[] = {up, down};
static std::vector<Step> listed = {down, stay};
static std::map<std::string, std::function<int(int)>> named = {{"up", up}, {"stay", stay}};

static int at(int i) { return steps[i](1); }

static int inList(int i) { return listed[i](1); }

static int byName(const char *name) { return named[name](1); }

static int each()
{
    int total = 0;
    for (auto f : listed)
        total += f(1);
    return total;
}

class Bus {
public:
    void on(std::function<int(int)> f) { listeners.push_back(f); }
    int fire()
    {
        int total = 0;
        for (auto &f : listeners)
            total += f(1);
        return total;
    }

private:
    std::vector<std::function<int(int)>> listeners;
};

int main()
{
    Bus bus;
    bus.on(log);
    return at(0) + inList(0) + byName("up") + each() + bus.fire();
}
