// A kernel that is launched is called as launch, and what launches it calls the launch itself.
//- kernel.cu
template <typename T> __global__ void add(const T* a, T* b) {}
//                                    ^ defines Function add(const T*,T*)
void go(float* a, float* b) {
  add<float><<<1, 256>>>(a, b);
//^ calls add(const T*,T*) as launch by a function of the same file
//^ calls <<<>>>
}
