// A method that differs in const overrides nothing.
//- user.cpp
struct Shape { virtual double area() const; };
struct Circle : Shape {
  double area();
//       ^ !overrides *
};
