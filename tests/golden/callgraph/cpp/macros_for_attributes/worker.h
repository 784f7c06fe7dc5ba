#pragma once
#include <atomic>
#include <memory>
#include <string>
#define LIB_API __attribute__((visibility("default")))
#define LIB_INLINE inline

namespace lib {
class LIB_API base_worker {
public:
    virtual ~base_worker() = default;
    virtual void run() = 0;
};

namespace details {
class LIB_API worker : public base_worker {
public:
    explicit worker(std::string name);
    ~worker();
    worker(const worker &) = delete;
    void run() override;
    static std::string base_name(const std::string &path);
private:
    void stop_();
    std::string name_;
    std::atomic<int> level_;
};
}
}
#include "worker-inl.h"
