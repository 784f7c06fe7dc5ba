#pragma once
#include "worker.h"

namespace lib {
namespace details {
LIB_INLINE worker::worker(std::string name) : name_(std::move(name)) { run(); }

LIB_INLINE worker::~worker() { stop_(); }

LIB_INLINE void worker::run() {
    if (level_.load() > 1) { stop_(); }
}

LIB_INLINE std::string worker::base_name(const std::string &path) { return path; }

LIB_INLINE void worker::stop_() { level_.store(static_cast<int>(name_.size())); }
}
}
