template <typename scalar_t>
//- Function add_kernel(const scalar_t*,scalar_t*)
__global__ void __launch_bounds__(256) add_kernel(const scalar_t* __restrict__ a, scalar_t* b) {
  b[threadIdx.x] += a[threadIdx.x];
}
void launch() { add_kernel<float><<<1, 256, 0, stream()>>>(a, b); }
//- Function launch()
__device__ __constant__ float weights[16];
//- Variable weights
