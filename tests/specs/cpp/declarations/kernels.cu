// CUDA kernels are functions, and device variables are variables.
//: exact defines declares
//: text only: it does not compile
//- kernel.cu
template <typename scalar_t>
//< defines Function add_kernel(const scalar_t*,scalar_t*)
__global__ void __launch_bounds__(256) add_kernel(const scalar_t* __restrict__ a, scalar_t* b) {
  b[threadIdx.x] += a[threadIdx.x];
}
void launch() { add_kernel<float><<<1, 256, 0, stream()>>>(a, b); }
//   ^ defines Function launch()
__device__ __constant__ float weights[16];
//                            ^ defines Variable weights
