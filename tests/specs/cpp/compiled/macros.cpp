// A macro without parameters is expanded where the compiler sees it; text sees uses that look like calls alone.
//- user.cpp
#define AREA_UNIT 2
int area(int side) { return side * AREA_UNIT; }
//                                 ^ [semantic] expands AREA_UNIT from area
//                                 ^ [text] !expands *
