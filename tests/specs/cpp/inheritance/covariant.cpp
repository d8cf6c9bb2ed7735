// A method with a covariant return type overrides.
//- user.cpp
struct A { virtual A* clone() const; };
struct B : A { B* clone() const override; };
//                ^ overrides A::clone() const by the name and parameters of a virtual method of a base
