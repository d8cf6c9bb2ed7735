// The compiler says which class the type of a variable or an alias is.
//- a.cpp
struct Point {};
Point corner;
//< [semantic] typeOf Point from corner
using Place = Point;
//            ^ [semantic] typeOf Point from Place
