// Classes of one name in the anonymous namespaces of two files are different classes.
//- a.cpp
namespace { struct Visitor { void visit(int n); }; }
void a(Visitor& v) {
  v.visit(1);
//  ^ calls (anonymous namespace)::Visitor::visit(int)@a.cpp by the declared type of what it is called on
//  ^ !calls (anonymous namespace)::Visitor::visit(int)@b.cpp
}
//- b.cpp
namespace { struct Visitor { void visit(int n); }; }
void b(Visitor& v) {
  v.visit(1);
//  ^ calls (anonymous namespace)::Visitor::visit(int)@b.cpp
//  ^ !calls (anonymous namespace)::Visitor::visit(int)@a.cpp
}
