#include "boundary.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>

using namespace dualrs;

namespace {
at::Generator generator(void* handle) {
  return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(handle)));
}

const at::Generator& default_generator(int32_t device_type, int32_t device_index) {
  return at::globalContext().defaultGenerator(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
}

void* give_generator(at::Generator value) { return value.unsafeReleaseGeneratorImpl(); }
}  // namespace

int32_t dualrs_num_threads(void) { return at::get_num_threads(); }

int32_t dualrs_set_num_threads(int32_t count) {
  return guarded<int32_t>(-1, [&] {
    TORCH_CHECK(count > 0, "the number of threads must be positive, not ", count);
    at::set_num_threads(count);
    return 0;
  });
}

int32_t dualrs_cuda_device_count(void) {
  return guarded<int32_t>(0, [] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

int32_t dualrs_cudnn_available(void) {
  return guarded<int32_t>(0, [] { return torch::cuda::cudnn_is_available() ? 1 : 0; });
}

int32_t dualrs_cuda_synchronize(int32_t index) {
  return guarded<int32_t>(-1, [&] {
    torch::cuda::synchronize(index);
    return 0;
  });
}

int32_t dualrs_cuda_manual_seed(int64_t seed, int32_t all_devices) {
  return guarded<int32_t>(-1, [&] {
    if (all_devices != 0)
      torch::cuda::manual_seed_all(static_cast<uint64_t>(seed));
    else
      torch::cuda::manual_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

int32_t dualrs_setting_get(int32_t setting) {
  return guarded<int32_t>(-1, [&] {
    const auto& context = at::globalContext();
    return (setting == DUALRS_MATMUL_TF32 ? context.allowTF32CuBLAS() : context.allowTF32CuDNN()) ? 1 : 0;
  });
}

int32_t dualrs_setting_set(int32_t setting, int32_t value) {
  return guarded<int32_t>(-1, [&] {
    auto& context = at::globalContext();
    if (setting == DUALRS_MATMUL_TF32)
      context.setAllowTF32CuBLAS(value != 0);
    else
      context.setAllowTF32CuDNN(value != 0);
    return 0;
  });
}

int32_t dualrs_manual_seed(int64_t seed) {
  return guarded<int32_t>(-1, [&] {
    at::manual_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

void* dualrs_generator_default(int32_t device_type, int32_t device_index) {
  return guarded<void*>(nullptr, [&] { return give_generator(default_generator(device_type, device_index)); });
}

void* dualrs_generator_new(int32_t device_type, int32_t device_index, uint64_t seed) {
  return guarded<void*>(nullptr, [&] {
    if (device_type == static_cast<int32_t>(c10::DeviceType::CPU)) return give_generator(at::make_generator<at::CPUGeneratorImpl>(seed));
    auto fresh = default_generator(device_type, device_index).clone();  // needs no header of the device's, as making one would
    fresh.set_current_seed(seed);
    return give_generator(fresh);
  });
}

void dualrs_generator_release(void* handle) {
  if (handle != nullptr) c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(static_cast<c10::GeneratorImpl*>(handle));
}

int32_t dualrs_generator_seed(void* handle, int64_t seed) {
  return guarded<int32_t>(-1, [&] {
    auto value = generator(handle);
    std::lock_guard<std::mutex> lock(value.mutex());
    value.set_current_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

int64_t dualrs_generator_initial_seed(void* handle) {
  return guarded<int64_t>(-1, [&] { return static_cast<int64_t>(generator(handle).current_seed()); });
}

void* dualrs_generator_get_state(void* handle) {
  return guarded<void*>(nullptr, [&] {
    auto value = generator(handle);
    std::lock_guard<std::mutex> lock(value.mutex());
    return give(value.get_state());
  });
}

int32_t dualrs_generator_set_state(void* handle, void* state) {
  return guarded<int32_t>(-1, [&] {
    auto value = generator(handle);
    std::lock_guard<std::mutex> lock(value.mutex());
    value.set_state(borrow(state));
    return 0;
  });
}
