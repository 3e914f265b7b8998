#include "boundary.h"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <istream>
#include <streambuf>

using namespace dualrs;

namespace {
torch::jit::Module& module(void* handle) { return *static_cast<torch::jit::Module*>(handle); }

c10::Device device(int32_t type, int32_t index) { return {static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)}; }

template <typename Source>
void* load(Source&& source, int32_t device_type, int32_t device_index) {
  return new torch::jit::Module(device_type < 0 ? torch::jit::load(source) : torch::jit::load(source, device(device_type, device_index)));
}

// Reads bytes in place; the stream seeks, as the zip reader asks of it.
class Bytes : public std::streambuf {
 public:
  Bytes(const void* bytes, int64_t count) {
    auto first = const_cast<char*>(static_cast<const char*>(bytes));
    setg(first, first, first + count);
  }

 protected:
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    auto base = from == std::ios_base::beg ? eback() : from == std::ios_base::cur ? gptr() : egptr();
    if (offset < eback() - base || offset > egptr() - base) return pos_type(off_type(-1));
    setg(eback(), base + offset, egptr());
    return gptr() - eback();
  }
  pos_type seekpos(pos_type position, std::ios_base::openmode which) override { return seekoff(position, std::ios_base::beg, which); }
};
}  // namespace

void* dualrs_jit_load_file(const char* path, int32_t device_type, int32_t device_index) {
  return guarded<void*>(nullptr, [&] { return load(std::string(path), device_type, device_index); });
}

void* dualrs_jit_load_bytes(const void* bytes, int64_t count, int32_t device_type, int32_t device_index) {
  return guarded<void*>(nullptr, [&] {
    Bytes buffer(bytes, count);
    std::istream stream(&buffer);
    return load(stream, device_type, device_index);
  });
}

void dualrs_jit_release(void* handle) { delete static_cast<torch::jit::Module*>(handle); }

int32_t dualrs_jit_forward(void* handle, const dualrs_value* arguments, int32_t count, dualrs_value* results, int32_t capacity) {
  return guarded<int32_t>(-1, [&] {
    std::vector<c10::IValue> inputs;
    for (int32_t i = 0; i < count; ++i) inputs.push_back(to_ivalue(arguments[i]));
    c10::IValue output = module(handle).forward(std::move(inputs));
    return give_results(&output, 1, results, capacity);
  });
}

int32_t dualrs_jit_train(void* handle, int32_t on) {
  return guarded<int32_t>(-1, [&] {
    module(handle).train(on != 0);
    return 0;
  });
}

int32_t dualrs_jit_is_training(void* handle) {
  return guarded<int32_t>(-1, [&] { return module(handle).is_training() ? 1 : 0; });
}

int32_t dualrs_jit_to(void* handle, int32_t device_type, int32_t device_index, int32_t dtype) {
  return guarded<int32_t>(-1, [&] {
    if (device_type >= 0) module(handle).to(device(device_type, device_index));
    if (dtype >= 0) module(handle).to(static_cast<c10::ScalarType>(dtype));
    return 0;
  });
}
