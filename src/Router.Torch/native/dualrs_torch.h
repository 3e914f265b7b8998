// The C face of libtorch that Router.Torch calls. It carries values across and owns no policy: which operator to call with what is decided in C#.
//
// Handles: a tensor is a TensorImpl* that owns one reference, a generator a GeneratorImpl* likewise; null is the undefined tensor.
// Errors: a function that can fail says so by its result (-1, or null where documented); dualrs_last_error() then holds the thread's message.
#ifndef DUALRS_TORCH_H
#define DUALRS_TORCH_H

#include <stdint.h>

#ifdef __cplusplus
#define DUALRS_API extern "C" __attribute__((visibility("default")))
#else
#define DUALRS_API __attribute__((visibility("default")))
#endif

enum dualrs_kind {
  DUALRS_DEFAULT = 0,  // leave the operator's own default in place
  DUALRS_NONE = 1,
  DUALRS_TENSOR = 2,
  DUALRS_INT = 3,
  DUALRS_DOUBLE = 4,
  DUALRS_BOOL = 5,
  DUALRS_INTS = 6,              // pointer to count int64_t
  DUALRS_TENSORS = 7,           // pointer to count tensor handles
  DUALRS_OPTIONAL_TENSORS = 8,  // the same, null standing for None
  DUALRS_DEVICE = 9,            // count is the device type, integer the index
  DUALRS_GENERATOR = 10,
  DUALRS_STRING = 11,  // pointer to UTF-8, zero-terminated
};

typedef struct dualrs_value {
  int32_t kind;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
} dualrs_value;

DUALRS_API const char* dualrs_last_error(void);
DUALRS_API const char* dualrs_version(void);

// Operators: name as in native_functions.yaml ("aten::add", "Tensor"). Null if this libtorch has none such.
DUALRS_API void* dualrs_operator(const char* name, const char* overload);
// Arguments left out at the end take the operator's defaults. Returns the number of results (tensor lists flattened), -1 on failure.
// With capacity 0 the results are dropped (in-place operators).
DUALRS_API int32_t dualrs_call(void* op, const dualrs_value* arguments, int32_t count, dualrs_value* results, int32_t capacity);

// Tensors
DUALRS_API void dualrs_tensor_release(void* tensor);
DUALRS_API void* dualrs_tensor_alias(void* tensor);
DUALRS_API int64_t dualrs_tensor_numel(void* tensor);
DUALRS_API int64_t dualrs_tensor_dim(void* tensor);
DUALRS_API void dualrs_tensor_sizes(void* tensor, int64_t* sizes);
DUALRS_API void dualrs_tensor_strides(void* tensor, int64_t* strides);
DUALRS_API int32_t dualrs_tensor_dtype(void* tensor);
DUALRS_API int64_t dualrs_tensor_element_size(void* tensor);
DUALRS_API int32_t dualrs_tensor_device_type(void* tensor);
DUALRS_API int32_t dualrs_tensor_device_index(void* tensor);
DUALRS_API int32_t dualrs_tensor_is_contiguous(void* tensor);
DUALRS_API void* dualrs_tensor_data(void* tensor);

// Autograd
DUALRS_API int32_t dualrs_tensor_requires_grad(void* tensor);
DUALRS_API int32_t dualrs_tensor_set_requires_grad(void* tensor, int32_t value);
DUALRS_API int32_t dualrs_tensor_is_leaf(void* tensor);
DUALRS_API int32_t dualrs_tensor_grad(void* tensor, void** grad);  // null where there is none
DUALRS_API int32_t dualrs_tensor_set_grad(void* tensor, void* grad);
DUALRS_API int32_t dualrs_backward(void* const* outputs, int32_t output_count, void* const* grads, int32_t grad_count, int32_t retain_graph,
                                   int32_t create_graph, void* const* inputs, int32_t input_count);
// gradients receives one handle per input, null where an input was not used.
DUALRS_API int32_t dualrs_grad(void* const* outputs, int32_t output_count, void* const* inputs, int32_t input_count, void* const* grads,
                               int32_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** gradients);
DUALRS_API int32_t dualrs_grad_enabled(void);
DUALRS_API void dualrs_set_grad_enabled(int32_t enabled);
DUALRS_API void* dualrs_inference_mode_enter(int32_t enabled);
DUALRS_API void dualrs_inference_mode_leave(void* guard);
DUALRS_API int32_t dualrs_inference_mode_enabled(void);

// The process: threads, devices, settings of the back ends
enum dualrs_setting { DUALRS_MATMUL_TF32 = 0, DUALRS_CUDNN_TF32 = 1 };
DUALRS_API int32_t dualrs_num_threads(void);
DUALRS_API int32_t dualrs_set_num_threads(int32_t count);
DUALRS_API int32_t dualrs_cuda_device_count(void);
DUALRS_API int32_t dualrs_cudnn_available(void);
DUALRS_API int32_t dualrs_cuda_synchronize(int32_t index);
DUALRS_API int32_t dualrs_cuda_manual_seed(int64_t seed, int32_t all_devices);
DUALRS_API int32_t dualrs_setting_get(int32_t setting);
DUALRS_API int32_t dualrs_setting_set(int32_t setting, int32_t value);

// Generators
DUALRS_API int32_t dualrs_manual_seed(int64_t seed);
DUALRS_API void* dualrs_generator_default(int32_t device_type, int32_t device_index);
DUALRS_API void* dualrs_generator_new(int32_t device_type, int32_t device_index, uint64_t seed);
DUALRS_API void dualrs_generator_release(void* generator);
DUALRS_API int32_t dualrs_generator_seed(void* generator, int64_t seed);
DUALRS_API int64_t dualrs_generator_initial_seed(void* generator);
DUALRS_API void* dualrs_generator_get_state(void* generator);
DUALRS_API int32_t dualrs_generator_set_state(void* generator, void* state);

// TorchScript. device_type -1: leave the module where it was saved.
DUALRS_API void* dualrs_jit_load_file(const char* path, int32_t device_type, int32_t device_index);
DUALRS_API void* dualrs_jit_load_bytes(const void* bytes, int64_t count, int32_t device_type, int32_t device_index);
DUALRS_API void dualrs_jit_release(void* module);
DUALRS_API int32_t dualrs_jit_forward(void* module, const dualrs_value* arguments, int32_t count, dualrs_value* results, int32_t capacity);
DUALRS_API int32_t dualrs_jit_train(void* module, int32_t on);
DUALRS_API int32_t dualrs_jit_is_training(void* module);
DUALRS_API int32_t dualrs_jit_to(void* module, int32_t device_type, int32_t device_index, int32_t dtype);

#endif
