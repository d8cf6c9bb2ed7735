// Two classes of one name in two source files are told apart by the file.
//: known-wrong: members are looked up by the name of their class alone, without its file
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
