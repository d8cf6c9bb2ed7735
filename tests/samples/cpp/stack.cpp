#include "stack.h"

namespace store::detail {
//- Namespace store
//- Namespace store::detail
template <class T, class U>
//- Destructor store::detail::Stack::~Stack()
Stack<T, U>::~Stack() = default;

template <class T, class U>
//- Method store::detail::Stack::push(const vector<Tensor>&,int*) const
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
//- Field store::detail::Stack<int>::count

#if defined(WIDE)
void report(long value)
//- Function store::detail::report(long)
{
#else
void report(int value)
//- Function store::detail::report(int)
{
#endif
  abort();
}

static STORE_HIDDEN int helper(unsigned a, unsigned long int b, char const* c) { return 0; }
//- Function store::detail::helper(unsigned int,unsigned long,const char*) local
}  // namespace store::detail

TEST(Stack, Pushes) { EXPECT_EQ(1, 1); }
//- Function TEST(Stack, Pushes) local
TEST_CASE("it pops {", "[stack]") { CHECK(true); }
//- Function TEST_CASE("it pops {", "[stack]") local
PLAIN_USE(Stack)
ANOTHER_USE(Stack);
int main(int argc, char** argv) { return 0; }
//- Function main(int,char**) local
