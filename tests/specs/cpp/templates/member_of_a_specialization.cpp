// A call on a type that is explicitly specialized means the member of the specialization.
//: known-wrong: of a template and its specializations, the template is always taken
//- user.cpp
template <class T> struct Stack { void push(const T& item); };
template <> struct Stack<bool> { void push(bool item); };
void go(Stack<bool>& bits) {
  bits.push(true);
//     ^ calls Stack<bool>::push(bool)
//     ^ !calls Stack::push(const T&)
}
