#include "boundary.h"

#include <algorithm>

using namespace dualrs;

void dualrs_tensor_release(void* tensor) {
  if (tensor != nullptr) c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(tensor));
}

void* dualrs_tensor_alias(void* tensor) { return give(borrow(tensor)); }

int64_t dualrs_tensor_numel(void* tensor) { return impl(tensor)->numel(); }

int64_t dualrs_tensor_dim(void* tensor) { return impl(tensor)->dim(); }

void dualrs_tensor_sizes(void* tensor, int64_t* sizes) {
  auto from = impl(tensor)->sizes();
  std::copy(from.begin(), from.end(), sizes);
}

void dualrs_tensor_strides(void* tensor, int64_t* strides) {
  auto from = impl(tensor)->strides();
  std::copy(from.begin(), from.end(), strides);
}

int32_t dualrs_tensor_dtype(void* tensor) { return static_cast<int32_t>(c10::typeMetaToScalarType(impl(tensor)->dtype())); }

int64_t dualrs_tensor_element_size(void* tensor) { return static_cast<int64_t>(impl(tensor)->itemsize()); }

int32_t dualrs_tensor_device_type(void* tensor) { return static_cast<int32_t>(impl(tensor)->device().type()); }

int32_t dualrs_tensor_device_index(void* tensor) { return impl(tensor)->device().index(); }

int32_t dualrs_tensor_is_contiguous(void* tensor) { return impl(tensor)->is_contiguous() ? 1 : 0; }

void* dualrs_tensor_data(void* tensor) {
  return guarded<void*>(nullptr, [&] { return borrow(tensor).data_ptr(); });
}
