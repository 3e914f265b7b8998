#include "boundary.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace dualrs;

int32_t dualrs_tensor_requires_grad(void* tensor) {
  return guarded<int32_t>(-1, [&] { return borrow(tensor).requires_grad() ? 1 : 0; });
}

int32_t dualrs_tensor_set_requires_grad(void* tensor, int32_t value) {
  return guarded<int32_t>(-1, [&] {
    borrow(tensor).set_requires_grad(value != 0);
    return 0;
  });
}

int32_t dualrs_tensor_is_leaf(void* tensor) {
  return guarded<int32_t>(-1, [&] { return borrow(tensor).is_leaf() ? 1 : 0; });
}

int32_t dualrs_tensor_grad(void* tensor, void** grad) {
  return guarded<int32_t>(-1, [&] {
    *grad = give(borrow(tensor).mutable_grad());
    return 0;
  });
}

int32_t dualrs_tensor_set_grad(void* tensor, void* grad) {
  return guarded<int32_t>(-1, [&] {
    borrow(tensor).mutable_grad() = borrow(grad);
    return 0;
  });
}

int32_t dualrs_backward(void* const* outputs, int32_t output_count, void* const* grads, int32_t grad_count, int32_t retain_graph,
                        int32_t create_graph, void* const* inputs, int32_t input_count) {
  return guarded<int32_t>(-1, [&] {
    torch::autograd::backward(borrow(outputs, output_count), borrow(grads, grad_count), retain_graph != 0, create_graph != 0,
                              borrow(inputs, input_count));
    return 0;
  });
}

int32_t dualrs_grad(void* const* outputs, int32_t output_count, void* const* inputs, int32_t input_count, void* const* grads,
                    int32_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** gradients) {
  return guarded<int32_t>(-1, [&] {
    auto found = torch::autograd::grad(borrow(outputs, output_count), borrow(inputs, input_count), borrow(grads, grad_count), retain_graph != 0,
                                       create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); ++i) gradients[i] = give(found[i]);
    return static_cast<int32_t>(found.size());
  });
}

int32_t dualrs_grad_enabled(void) { return c10::GradMode::is_enabled() ? 1 : 0; }

void dualrs_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

void* dualrs_inference_mode_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }

void dualrs_inference_mode_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

int32_t dualrs_inference_mode_enabled(void) { return c10::InferenceMode::is_enabled() ? 1 : 0; }
