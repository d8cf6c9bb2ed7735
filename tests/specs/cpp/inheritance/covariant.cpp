// A method that returns something else overrides all the same.
//- user.cpp
struct A { virtual A* clone() const; };
struct B : A { B* clone() const override; };
//                ^ overrides A::clone() const by the name and parameters of a virtual method of a base
