// A struct tag is a struct, a typedef is an alias, and fields are members of the struct.
//: exact defines
//- a.h
typedef struct point { int x; } point_t;
//             ^ defines Struct point
//                         ^ defines Field point::x
//                              ^ defines TypeAlias point_t
enum mode { OPEN = 1 };
//   ^ defines Enum mode
//          ^ defines Enumerator OPEN
