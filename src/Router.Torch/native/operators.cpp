#include "boundary.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <deque>
#include <mutex>

using namespace dualrs;

void* dualrs_operator(const char* name, const char* overload) {
  return guarded<void*>(nullptr, [&]() -> void* {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(found.has_value(), "this libtorch (", dualrs_version(), ") has no operator ", name, *overload == 0 ? "" : ".", overload);
    static std::mutex mutex;
    static auto& handles = *new std::deque<c10::OperatorHandle>();  // kept for the life of the process, in place
    std::lock_guard<std::mutex> lock(mutex);
    return &handles.emplace_back(*found);
  });
}

int32_t dualrs_call(void* op, const dualrs_value* arguments, int32_t count, dualrs_value* results, int32_t capacity) {
  return guarded<int32_t>(-1, [&] {
    const auto& handle = *static_cast<c10::OperatorHandle*>(op);
    const auto& schema = handle.schema().arguments();
    TORCH_CHECK(static_cast<size_t>(count) <= schema.size(), handle.operator_name(), " takes ", schema.size(), " arguments, not ", count);
    torch::jit::Stack stack;
    stack.reserve(schema.size());
    for (size_t i = 0; i < schema.size(); ++i) {
      bool given = i < static_cast<size_t>(count) && arguments[i].kind != DUALRS_DEFAULT;
      TORCH_CHECK(given || schema[i].default_value(), handle.operator_name(), " needs its argument ", schema[i].name());
      stack.push_back(given ? to_ivalue(arguments[i]) : *schema[i].default_value());
    }
    handle.callBoxed(stack);
    return give_results(stack.data(), stack.size(), results, capacity);
  });
}
