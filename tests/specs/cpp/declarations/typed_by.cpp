// The compiler reports the class that a variable or an alias has as its type.
//- a.cpp
struct Point {};
Point corner;
//< [semantic] typeOf Point from corner
using Place = Point;
//            ^ [semantic] typeOf Point from Place
