// Drives the C face once through every part of it, for the sanitizers: dualrs_check <TorchScript file of one tensor argument [2, 3, 6, 6]>.
#include "dualrs_torch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                                       \
  do {                                                                                           \
    if (!(condition)) {                                                                          \
      fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, dualrs_last_error());  \
      exit(1);                                                                                   \
    }                                                                                            \
  } while (0)

static dualrs_value tensor(void* handle) { return (dualrs_value){.kind = DUALRS_TENSOR, .pointer = handle}; }
static dualrs_value integer(int64_t value) { return (dualrs_value){.kind = DUALRS_INT, .integer = value}; }
static dualrs_value real(double value) { return (dualrs_value){.kind = DUALRS_DOUBLE, .real = value}; }
static dualrs_value none(void) { return (dualrs_value){.kind = DUALRS_NONE}; }
static dualrs_value list(int32_t kind, void* first, int32_t count) { return (dualrs_value){.kind = kind, .count = count, .pointer = first}; }

static int32_t call(const char* name, const char* overload, dualrs_value* arguments, int32_t count, dualrs_value* results, int32_t capacity) {
  void* op = dualrs_operator(name, overload);
  REQUIRE(op != NULL);
  return dualrs_call(op, arguments, count, results, capacity);
}

static void* one(const char* name, const char* overload, dualrs_value* arguments, int32_t count) {
  dualrs_value result;
  REQUIRE(call(name, overload, arguments, count, &result, 1) == 1 && result.kind == DUALRS_TENSOR);
  return result.pointer;
}

static void* full(int64_t* sizes, int32_t dims, double value) {
  return one("aten::full", "", (dualrs_value[]){list(DUALRS_INTS, sizes, dims), real(value), integer(6)}, 3);
}

static void operators(void) {
  int64_t sizes[] = {2, 3};
  void *x = full(sizes, 2, 1.5), *y = full(sizes, 2, 2);
  void* sum = one("aten::add", "Tensor", (dualrs_value[]){tensor(x), tensor(y), real(2)}, 3);
  REQUIRE(((float*)dualrs_tensor_data(sum))[5] == 5.5f);
  REQUIRE(call("aten::mul_", "Tensor", (dualrs_value[]){tensor(x), tensor(y)}, 2, NULL, 0) == 0);
  REQUIRE(((float*)dualrs_tensor_data(x))[0] == 3);

  void* both[] = {x, y};
  void* cat = one("aten::cat", "", (dualrs_value[]){list(DUALRS_TENSORS, both, 2), integer(1)}, 2);
  int64_t shape[2], strides[2];
  dualrs_tensor_sizes(cat, shape);
  dualrs_tensor_strides(cat, strides);
  REQUIRE(dualrs_tensor_dim(cat) == 2 && shape[1] == 6 && strides[0] == 6 && dualrs_tensor_numel(cat) == 12);
  REQUIRE(dualrs_tensor_dtype(cat) == 6 && dualrs_tensor_element_size(cat) == 4 && dualrs_tensor_is_contiguous(cat));
  REQUIRE(dualrs_tensor_device_type(cat) == 0);

  void* mask = one("aten::gt", "Scalar", (dualrs_value[]){tensor(cat), real(2.5)}, 2);
  void* places[] = {mask};
  void* selected = one("aten::index", "Tensor", (dualrs_value[]){tensor(cat), list(DUALRS_OPTIONAL_TENSORS, places, 1)}, 2);
  REQUIRE(dualrs_tensor_numel(selected) == 6);

  dualrs_value pair[2], pieces[2], item;
  REQUIRE(call("aten::max", "dim", (dualrs_value[]){tensor(cat), integer(1)}, 2, pair, 2) == 2);
  REQUIRE(call("aten::split", "Tensor", (dualrs_value[]){tensor(cat), integer(1)}, 2, pieces, 2) == 2);
  REQUIRE(call("aten::item", "", (dualrs_value[]){tensor(pair[0].pointer)}, 1, &item, 1) == -1);
  void* total = one("aten::sum", "", (dualrs_value[]){tensor(cat)}, 1);
  REQUIRE(call("aten::item", "", (dualrs_value[]){tensor(total)}, 1, &item, 1) == 1 && item.kind == DUALRS_DOUBLE && item.real == 30);
  char mode[] = "floor";
  void* quotient =
      one("aten::div", "Scalar_mode", (dualrs_value[]){tensor(cat), real(0.7), {.kind = DUALRS_STRING, .pointer = mode}}, 3);

  void* all[] = {x, y, sum, cat, mask, selected, pair[0].pointer, pair[1].pointer, pieces[0].pointer, pieces[1].pointer, total, quotient};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) dualrs_tensor_release(all[i]);
}

static void failures(void) {
  REQUIRE(dualrs_operator("aten::no_such", "") == NULL && strstr(dualrs_last_error(), "aten::no_such") != NULL);
  int64_t a[] = {2, 3}, b[] = {4, 5};
  void *x = full(a, 2, 1), *y = full(b, 2, 1);
  dualrs_value results[2], arguments[] = {tensor(x), tensor(y), none(), none()};
  REQUIRE(call("aten::matmul", "", arguments, 2, results, 1) == -1 && strstr(dualrs_last_error(), "cannot be multiplied") != NULL);
  REQUIRE(call("aten::matmul", "", arguments, 1, results, 1) == -1 && strstr(dualrs_last_error(), "other") != NULL);
  REQUIRE(call("aten::matmul", "", arguments, 4, results, 1) == -1);
  REQUIRE(call("aten::max", "dim", (dualrs_value[]){tensor(x), integer(1)}, 2, results, 1) == -1);
  dualrs_tensor_release(x);
  dualrs_tensor_release(y);
}

static void gradients(void) {
  int64_t sizes[] = {3};
  void *x = full(sizes, 1, 2), *found = NULL, *second = NULL;
  REQUIRE(dualrs_tensor_set_requires_grad(x, 1) == 0 && dualrs_tensor_requires_grad(x) == 1 && dualrs_tensor_is_leaf(x) == 1);
  void* cube = one("aten::pow", "Tensor_Scalar", (dualrs_value[]){tensor(x), integer(3)}, 2);
  void* sum = one("aten::sum", "", (dualrs_value[]){tensor(cube)}, 1);
  REQUIRE(dualrs_grad(&sum, 1, &x, 1, NULL, 0, 1, 1, 0, &found) == 1 && ((float*)dualrs_tensor_data(found))[0] == 12);
  REQUIRE(dualrs_tensor_grad(x, &second) == 0 && second == NULL);
  REQUIRE(dualrs_backward(&sum, 1, NULL, 0, 0, 0, NULL, 0) == 0);
  REQUIRE(dualrs_tensor_grad(x, &second) == 0 && ((float*)dualrs_tensor_data(second))[2] == 12);
  REQUIRE(dualrs_backward(&sum, 1, NULL, 0, 0, 0, NULL, 0) == -1);
  REQUIRE(dualrs_tensor_set_grad(x, NULL) == 0);
  void* guard = dualrs_inference_mode_enter(1);
  REQUIRE(dualrs_inference_mode_enabled() == 1);
  dualrs_inference_mode_leave(guard);
  dualrs_set_grad_enabled(0);
  REQUIRE(dualrs_grad_enabled() == 0);
  dualrs_set_grad_enabled(1);
  void *alias = dualrs_tensor_alias(x), *all[] = {x, found, second, cube, sum, alias};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) dualrs_tensor_release(all[i]);
}

static void generators(void) {
  void* own = dualrs_generator_new(0, -1, 7);
  REQUIRE(own != NULL && dualrs_generator_initial_seed(own) == 7);
  void* state = dualrs_generator_get_state(own);
  int64_t sizes[] = {4};
  dualrs_value arguments[] = {list(DUALRS_INTS, sizes, 1), {.kind = DUALRS_GENERATOR, .pointer = own}};
  void* first = one("aten::rand", "generator", arguments, 2);
  REQUIRE(dualrs_generator_set_state(own, state) == 0);
  void* again = one("aten::rand", "generator", arguments, 2);
  REQUIRE(memcmp(dualrs_tensor_data(first), dualrs_tensor_data(again), 16) == 0);
  REQUIRE(dualrs_generator_seed(own, 8) == 0 && dualrs_manual_seed(9) == 0);
  void* shared = dualrs_generator_default(0, -1);
  REQUIRE(dualrs_generator_initial_seed(shared) == 9);
  dualrs_generator_release(shared);
  dualrs_generator_release(own);
  void* all[] = {state, first, again};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) dualrs_tensor_release(all[i]);
}

static void* forward(void* module, void* x) {
  dualrs_value result, argument = tensor(x);
  REQUIRE(module != NULL && dualrs_jit_train(module, 0) == 0 && dualrs_jit_is_training(module) == 0 && dualrs_jit_to(module, 0, -1, -1) == 0);
  REQUIRE(dualrs_jit_forward(module, &argument, 1, &result, 1) == 1 && result.kind == DUALRS_TENSOR);
  dualrs_jit_release(module);
  return result.pointer;
}

static void scripts(const char* path) {
  FILE* file = fopen(path, "rb");
  REQUIRE(file != NULL);
  static char bytes[1 << 20];
  size_t count = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  int64_t sizes[] = {2, 3, 6, 6};
  void* x = full(sizes, 4, 0.5);
  void *a = forward(dualrs_jit_load_file(path, 0, -1), x), *b = forward(dualrs_jit_load_bytes(bytes, (int64_t)count, -1, -1), x);
  REQUIRE(memcmp(dualrs_tensor_data(a), dualrs_tensor_data(b), sizeof(float) * 10) == 0);
  REQUIRE(dualrs_jit_load_bytes(bytes, 100, 0, -1) == NULL);
  REQUIRE(dualrs_jit_load_file("no such file", 0, -1) == NULL);
  void* all[] = {x, a, b};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) dualrs_tensor_release(all[i]);
}

int main(int count, char** arguments) {
  operators();
  failures();
  gradients();
  generators();
  if (count > 1) scripts(arguments[1]);
  REQUIRE(dualrs_set_num_threads(2) == 0 && dualrs_num_threads() == 2 && dualrs_set_num_threads(0) == -1);
  REQUIRE(dualrs_setting_set(DUALRS_CUDNN_TF32, 0) == 0 && dualrs_setting_get(DUALRS_CUDNN_TF32) == 0);
  REQUIRE(dualrs_setting_set(DUALRS_MATMUL_TF32, 1) == 0 && dualrs_setting_get(DUALRS_MATMUL_TF32) == 1);
  printf("libtorch %s, %d CUDA devices: the C face holds\n", dualrs_version(), dualrs_cuda_device_count());
  return 0;
}
