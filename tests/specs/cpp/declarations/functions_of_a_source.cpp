// Out-of-line members, both branches of conditions, test macros and static functions are symbols.
//: exact defines declares
//: text only: it does not compile
//- stack.cpp
#include "stack.h"

namespace store::detail {
//        ^ defines Namespace store
//               ^ defines Namespace store::detail
template <class T, class U>
//< defines Destructor store::detail::Stack::~Stack()
Stack<T, U>::~Stack() = default;

template <class T, class U>
//< defines Method store::detail::Stack::push(const vector<Tensor>&,int*) const
void Stack<T, U>::push(const vector<Tensor>& values, int* n) const noexcept {
  if (n) {
#ifdef TRACE
    for (;;) {
#else
    while (true) {
#endif
    }
  }
}
template <> int Stack<int>::count = 0;
//                          ^ defines Field store::detail::Stack<int>::count

#if defined(WIDE)
void report(long value)
//   ^ defines Function store::detail::report(long)
{
#else
void report(int value)
//   ^ defines Function store::detail::report(int)
{
#endif
  abort();
}

static STORE_HIDDEN int helper(unsigned a, unsigned long int b, char const* c) { return 0; }
//                      ^ defines Function store::detail::helper(unsigned int,unsigned long,const char*)@stack.cpp
}  // namespace store::detail

TEST(Stack, Pushes) { EXPECT_EQ(1, 1); }
//< defines Function TEST(Stack, Pushes)@stack.cpp
TEST_CASE("it pops {", "[stack]") { CHECK(true); }
//< defines Function TEST_CASE("it pops {", "[stack]")@stack.cpp
PLAIN_USE(Stack)
ANOTHER_USE(Stack);
int main(int argc, char** argv) { return 0; }
//  ^ defines Function main(int,char**)@stack.cpp
//- export.h
#define STORE_API __attribute__((visibility(X)))
//      ^ defines Macro STORE_API
