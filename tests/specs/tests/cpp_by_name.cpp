// A C++ test tests the file of its name, if it uses a function of it.
//- shapes.cpp
int area() { return 1; }
//- tools.cpp
int help() { return 1; }
//- shapes_test.cpp
int area();
int help();
int main() { return area() + help(); }
//                  ^ tests shapes.cpp by its name, and that it uses it
//                           ^ !tests tools.cpp
