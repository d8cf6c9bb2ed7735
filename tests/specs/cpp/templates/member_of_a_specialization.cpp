// A call on a specialized type resolves to the member of the specialization.
//- user.cpp
template <class T> struct Stack { void push(const T& item); };
template <> struct Stack<bool> { void push(bool item); };
void go(Stack<bool>& bits) {
  bits.push(true);
//     ^ calls Stack<bool>::push(bool)
//     ^ !calls Stack::push(const T&)
}
