// What the shim's files share: handles <-> libtorch's own types, values <-> IValue, exceptions -> message.
#pragma once

#include "dualrs_torch.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <c10/util/Exception.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace dualrs {

inline void* give(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

inline at::TensorImpl* impl(void* handle) { return static_cast<at::TensorImpl*>(handle); }

inline at::Tensor borrow(void* handle) {
  return handle == nullptr ? at::Tensor() : at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(impl(handle)));
}

std::vector<at::Tensor> borrow(void* const* handles, int32_t count);

c10::IValue to_ivalue(const dualrs_value& value);
int32_t give_results(const c10::IValue* first, size_t count, dualrs_value* results, int32_t capacity);

void remember_error(const char* message);

// Runs body; on an exception remembers its message and returns failure.
template <typename Result, typename Body>
Result guarded(Result failure, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const c10::Error& error) {
    remember_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    remember_error(error.what());
  } catch (...) {
    remember_error("libtorch threw something that is no std::exception");
  }
  return failure;
}

}  // namespace dualrs
