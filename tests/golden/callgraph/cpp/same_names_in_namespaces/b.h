#pragma once
namespace b {
struct Client {
    int get();
};
int setup();
}  // namespace b
