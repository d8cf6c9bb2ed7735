// A kernel launch is a call with the role launch, and a call of the external symbol <<<>>>.
//- kernel.cu
template <typename T> __global__ void add(const T* a, T* b) {}
//                                    ^ defines Function add(const T*,T*)
void go(float* a, float* b) {
  add<float><<<1, 256>>>(a, b);
//^ calls add(const T*,T*) as launch by a function of the same file
//^ calls <<<>>>
}
