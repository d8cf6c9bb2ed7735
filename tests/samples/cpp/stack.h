// Copyright (c) the authors. Licensed under the Apache License.
//
// Stacks, and what is done with them.

#pragma once
#include <vector>
#include "export.h"

#define STACK_LIMIT 100
//- Macro STACK_LIMIT

namespace store::detail {
//- Namespace store
//- Namespace store::detail
template <class T, class = std::enable_if_t<(sizeof(T) > 1)>>
//- Class store::detail::Stack
class STORE_API Stack : public virtual Base<T, int>, private other::Mixin {
 public:
  explicit Stack(std::size_t limit = 3) : limit_{limit}, items_(limit) { items_.clear(); }
  //- Constructor store::detail::Stack::Stack(size_t)
  Stack(const Stack&) = delete;
  //- Constructor store::detail::Stack::Stack(const Stack&)
  virtual ~Stack();
  //- decl Destructor store::detail::Stack::~Stack()
  void push(const std::vector<at::Tensor>& xs = {}, int n[3] = nullptr) const noexcept;
  //- decl Method store::detail::Stack::push(const vector<Tensor>&,int*) const
  explicit operator bool() const { return limit_ > 0; }
  //- Conversion store::detail::Stack::operator bool() const
  T& operator[](std::size_t index) &&;
  //- decl Method store::detail::Stack::operator[](size_t) &&
  friend bool operator==(const Stack& a, const Stack& b) { return &a == &b; }
  //- Function store::detail::operator==(const Stack&,const Stack&)
  friend class Reader;
  static int count;
  //- decl Field store::detail::Stack::count
  enum class Mode : unsigned { Open, Closed = 1 << 2 };
  //- Enum store::detail::Stack::Mode
  //- Enumerator store::detail::Stack::Mode::Open
  //- Enumerator store::detail::Stack::Mode::Closed
  enum { Small, Large };
  //- Enum store::detail::Stack::(anonymous enum)Small
  //- Enumerator store::detail::Stack::Small
  //- Enumerator store::detail::Stack::Large
  using Item = T;
  //- TypeAlias store::detail::Stack::Item

 private:
  union {
    int number;
    //- Field store::detail::Stack::number
    float real;
    //- Field store::detail::Stack::real
  };
  struct { int x, y; } place_;
  //- Struct store::detail::Stack::(anonymous struct)place_
  //- Field store::detail::Stack::place_
  //- Field store::detail::Stack::(anonymous struct)::x
  //- Field store::detail::Stack::(anonymous struct)::y
  void (*callback_)(int, char);
  //- Field store::detail::Stack::callback_
  std::size_t limit_ = 0;
  //- Field store::detail::Stack::limit_
  DECLARE_NOTHING(Stack);
};

class Reader;
//- decl Class store::detail::Reader
template <> struct Hash<Key> { };
//- Struct store::detail::Hash<Key>
template class Stack<int>;
extern template class Stack<long>;
template <class T> Stack(T) -> Stack<T>;
template <class T> concept Small = requires(T t) { t.small(); };
//- Concept store::detail::Small
template <Small T> requires (sizeof(T) < 9) T shrink(T t);
//- decl Function store::detail::shrink(T)
extern const int kLimit;
//- decl Variable store::detail::kLimit
const int kLocal = 3, *kPointer = nullptr;
//- Variable store::detail::kLocal local
//- Variable store::detail::kPointer
inline constexpr int kShared = 3;
//- Variable store::detail::kShared
auto [first, second] = pair();
//- Variable store::detail::first
//- Variable store::detail::second
namespace {
//- Namespace store::detail::(anonymous namespace) local
int hidden;
//- Variable store::detail::(anonymous namespace)::hidden local
}
}  // namespace store::detail

extern "C" {
void c_function(void);
//- decl Function c_function()
}
