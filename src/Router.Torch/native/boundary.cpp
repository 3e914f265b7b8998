#include "boundary.h"

#include <ATen/core/jit_type.h>
#include <torch/version.h>

#include <algorithm>

namespace dualrs {

namespace {
thread_local std::string last_error;

c10::List<at::Tensor> tensors(const dualrs_value& value) {
  c10::List<at::Tensor> list;
  auto handles = static_cast<void* const*>(value.pointer);
  for (int32_t i = 0; i < value.count; ++i) list.push_back(borrow(handles[i]));
  return list;
}

c10::impl::GenericList optional_tensors(const dualrs_value& value) {
  c10::impl::GenericList list(c10::OptionalType::create(c10::TensorType::get()));
  auto handles = static_cast<void* const*>(value.pointer);
  for (int32_t i = 0; i < value.count; ++i) list.push_back(handles[i] == nullptr ? c10::IValue() : c10::IValue(borrow(handles[i])));
  return list;
}

void flatten(const c10::IValue& value, std::vector<dualrs_value>& out) {
  dualrs_value result = {};
  if (value.isTensor()) {
    result.kind = DUALRS_TENSOR;
    result.pointer = give(value.toTensor());
  } else if (value.isBool()) {
    result.kind = DUALRS_BOOL;
    result.integer = value.toBool() ? 1 : 0;
  } else if (value.isInt()) {
    result.kind = DUALRS_INT;
    result.integer = value.toInt();
  } else if (value.isDouble()) {
    result.kind = DUALRS_DOUBLE;
    result.real = value.toDouble();
  } else if (value.isNone()) {
    result.kind = DUALRS_NONE;
  } else if (value.isTuple()) {
    for (const auto& element : value.toTupleRef().elements()) flatten(element, out);
    return;
  } else if (value.isList()) {
    for (const c10::IValue& element : value.toListRef()) flatten(element, out);
    return;
  } else {
    C10_THROW_ERROR(Error, "a result of type " + value.tagKind() + " cannot be carried over");
  }
  out.push_back(result);
}
}  // namespace

void remember_error(const char* message) { last_error = message; }

std::vector<at::Tensor> borrow(void* const* handles, int32_t count) {
  std::vector<at::Tensor> list;
  list.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) list.push_back(borrow(handles[i]));
  return list;
}

c10::IValue to_ivalue(const dualrs_value& value) {
  switch (value.kind) {
    case DUALRS_NONE: return {};
    case DUALRS_TENSOR: return value.pointer == nullptr ? c10::IValue() : c10::IValue(borrow(value.pointer));
    case DUALRS_INT: return value.integer;
    case DUALRS_DOUBLE: return value.real;
    case DUALRS_BOOL: return value.integer != 0;
    case DUALRS_INTS: {
      auto first = static_cast<const int64_t*>(value.pointer);
      return std::vector<int64_t>(first, first + value.count);
    }
    case DUALRS_TENSORS: return tensors(value);
    case DUALRS_OPTIONAL_TENSORS: return optional_tensors(value);
    case DUALRS_DEVICE: return c10::Device(static_cast<c10::DeviceType>(value.count), static_cast<c10::DeviceIndex>(value.integer));
    case DUALRS_GENERATOR:
      return value.pointer == nullptr
                 ? c10::IValue()
                 : c10::IValue(at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(value.pointer))));
    case DUALRS_STRING: return std::string(static_cast<const char*>(value.pointer));
    default: C10_THROW_ERROR(Error, "a value of kind " + std::to_string(value.kind) + " cannot be passed here");
  }
}

int32_t give_results(const c10::IValue* first, size_t count, dualrs_value* results, int32_t capacity) {
  if (capacity == 0) return 0;
  std::vector<dualrs_value> flat;
  for (size_t i = 0; i < count; ++i) flatten(first[i], flat);
  if (flat.size() > static_cast<size_t>(capacity)) {
    for (const auto& value : flat)
      if (value.kind == DUALRS_TENSOR) dualrs_tensor_release(value.pointer);
    C10_THROW_ERROR(Error, std::to_string(flat.size()) + " results do not fit in " + std::to_string(capacity));
  }
  std::copy(flat.begin(), flat.end(), results);
  return static_cast<int32_t>(flat.size());
}

}  // namespace dualrs

const char* dualrs_last_error(void) { return dualrs::last_error.c_str(); }

const char* dualrs_version(void) { return TORCH_VERSION; }
