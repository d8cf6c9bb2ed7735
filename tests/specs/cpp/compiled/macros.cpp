// The compiler sees object-like macros expand; the text tier sees only uses that look like calls.
//- user.cpp
#define AREA_UNIT 2
int area(int side) { return side * AREA_UNIT; }
//                                 ^ [semantic] expands AREA_UNIT from area
//                                 ^ [text] !expands *
