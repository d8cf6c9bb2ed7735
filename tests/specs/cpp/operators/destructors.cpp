// What is deleted or destroyed by name calls the destructor that its class declares.
//- user.cpp
struct A { virtual ~A(); };
struct B : A {};
struct C { ~C(); C* next; };
struct D : C { ~D(); };
template <class T> struct Box { ~Box(); T* held; void drop() {
  delete held;
//       ^ !calls C::~C()
} };
void go(A* a, B* b, C* c, D* d, int* n, Box<int>* box, C** all) {
  delete a;
//       ^ calls A::~A() by the destructor of the declared type of what is destroyed
  delete b;
//       ^ !calls A::~A()
  delete[] c;
//         ^ calls C::~C() by the destructor of the declared type of what is destroyed
  delete c->next;
//       ^ calls C::~C() by the destructor of the declared type of what is destroyed
  c->~C();
//    ^ calls C::~C() by the destructor of the declared type of what is destroyed
  d->~D();
//    ^ calls D::~D() by the destructor of the declared type of what is destroyed
//    ^ !calls C::~C()
  delete box;
//       ^ calls Box::~Box() by the destructor of the declared type of what is destroyed
  delete n;
//       ^ !calls C::~C()
  delete[] all;
//         ^ !calls C::~C()
}
