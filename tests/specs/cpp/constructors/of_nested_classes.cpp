// A class in a class is made by its qualified name, with new and a leading `::` too.
//- user.cpp
namespace lib { struct Outer { struct Inner { Inner(int n); }; }; }
void go() {
  lib::Outer::Inner(1);
//            ^ calls lib::Outer::Inner::Inner(int)
  new ::lib::Outer::Inner(2);
//                  ^ calls lib::Outer::Inner::Inner(int)
}
