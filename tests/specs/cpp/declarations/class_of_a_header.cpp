// Class members: constructors, operators, friends, enums, aliases, anonymous unions and structs.
//: exact defines declares
//: text only: it does not compile
//- stack.h
// Copyright (c) the authors. Licensed under the Apache License.
//
// Stacks, and what is done with them.

#pragma once
#include <vector>
#include "export.h"

#define STACK_LIMIT 100
//      ^ defines Macro STACK_LIMIT

namespace store::detail {
//        ^ defines Namespace store
//               ^ defines Namespace store::detail
template <class T, class = std::enable_if_t<(sizeof(T) > 1)>>
//< defines Class store::detail::Stack
class STORE_API Stack : public virtual Base<T, int>, private other::Mixin {
 public:
  explicit Stack(std::size_t limit = 3) : limit_{limit}, items_(limit) { items_.clear(); }
//         ^ defines Constructor store::detail::Stack::Stack(size_t)
  Stack(const Stack&) = delete;
//^ defines Constructor store::detail::Stack::Stack(const Stack&)
  virtual ~Stack();
//         ^ declares Destructor store::detail::Stack::~Stack()
  void push(const std::vector<at::Tensor>& xs = {}, int n[3] = nullptr) const noexcept;
//     ^ declares Method store::detail::Stack::push(const vector<Tensor>&,int*) const
  explicit operator bool() const { return limit_ > 0; }
//                  ^ defines Conversion store::detail::Stack::operator bool() const
  T& operator[](std::size_t index) &&;
//^ declares Method store::detail::Stack::operator[](size_t) &&
  friend bool operator==(const Stack& a, const Stack& b) { return &a == &b; }
//^ defines Function store::detail::operator==(const Stack&,const Stack&)
  friend class Reader;
  static int count;
//           ^ declares Field store::detail::Stack::count
  enum class Mode : unsigned { Open, Closed = 1 << 2 };
//           ^ defines Enum store::detail::Stack::Mode
//                                   ^ defines Enumerator store::detail::Stack::Mode::Closed
//                             ^ defines Enumerator store::detail::Stack::Mode::Open
  enum { Small, Large };
//^ defines Enum store::detail::Stack::(anonymous enum)Small
//              ^ defines Enumerator store::detail::Stack::Large
//       ^ defines Enumerator store::detail::Stack::Small
  using Item = T;
//      ^ defines TypeAlias store::detail::Stack::Item

 private:
  union {
    int number;
//      ^ defines Field store::detail::Stack::number
    float real;
//        ^ defines Field store::detail::Stack::real
  };
  struct { int x, y; } place_;
//^ defines Field store::detail::Stack::(anonymous struct)::x
//^ defines Field store::detail::Stack::(anonymous struct)::y
//                     ^ defines Field store::detail::Stack::place_
//^ defines Struct store::detail::Stack::(anonymous struct)place_
  void (*callback_)(int, char);
//       ^ defines Field store::detail::Stack::callback_
  std::size_t limit_ = 0;
//            ^ defines Field store::detail::Stack::limit_
  DECLARE_NOTHING(Stack);
};

class Reader;
//    ^ declares Class store::detail::Reader
template <> struct Hash<Key> { };
//< defines Struct store::detail::Hash<Key>
template class Stack<int>;
extern template class Stack<long>;
template <class T> Stack(T) -> Stack<T>;
template <class T> concept Small = requires(T t) { t.small(); };
//                         ^ defines Concept store::detail::Small
template <Small T> requires (sizeof(T) < 9) T shrink(T t);
//                                            ^ declares Function store::detail::shrink(T)
extern const int kLimit;
//               ^ declares Variable store::detail::kLimit
const int kLocal = 3, *kPointer = nullptr;
//        ^ defines Variable store::detail::kLocal@stack.h
//                     ^ defines Variable store::detail::kPointer
inline constexpr int kShared = 3;
//                   ^ defines Variable store::detail::kShared
auto [first, second] = pair();
//    ^ defines Variable store::detail::first
//           ^ defines Variable store::detail::second
namespace {
//< defines Namespace store::detail::(anonymous namespace)@stack.h
int hidden;
//< defines Variable store::detail::(anonymous namespace)::hidden@stack.h
}
}  // namespace store::detail

extern "C" {
void c_function(void);
//   ^ declares Function c_function()
}
//- export.h
#define STORE_API __attribute__((visibility(X)))
//      ^ defines Macro STORE_API
