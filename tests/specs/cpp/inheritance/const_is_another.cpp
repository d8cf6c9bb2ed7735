// A method that differs in const does not override.
//- user.cpp
struct Shape { virtual double area() const; };
struct Circle : Shape {
  double area();
//       ^ !overrides *
};
