#pragma once
namespace a {
struct Client {
    int get();
};
int setup();
}  // namespace a
