// Pointers to members, references to arrays and functions that return them are declared by their name.
//- user.cpp
struct S { int field; int run(int); };
int S::*pointer;
//      ^ defines Variable pointer
int (S::*method)(int);
//       ^ defines Variable method
using Method = int (S::*)(int) const;
//    ^ defines TypeAlias Method
int numbers[3];
int (&reference)[3] = numbers;
//    ^ defines Variable reference
int (&get())[3];
//    ^ declares Function get()
int (S::*find(char))(int);
//       ^ declares Function find(char)
int (*array)[4];
//    ^ defines Variable array
