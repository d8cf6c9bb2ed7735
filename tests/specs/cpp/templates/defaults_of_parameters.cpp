// What stands behind the parameters of a template is no part of the default of the last one: a function is declared
// there, and no object made.
//: exact calls
//- factory.cpp
constexpr int size() { return 1; }
constexpr int most(int a, int b) { return a > b ? a : b; }
struct plain {};
struct Factory {
  Factory(int id, const char* name);
  Factory();
  template <auto Candidate, typename Policy = plain>
  Factory method(const int id, const char* name = nullptr) noexcept {
    return *this;
  }
  template <int N = size(), typename Policy = plain>
//                  ^ calls size
  Factory other(int id, int count = most(1, 2)) {
//                                  ^ calls most
    return *this;
  }
};
