// Declarations, imports and uses of C++ and Python are analysed, also in files that have none.
//- a.cpp
int x = 1;
//< analysed declarations
//< analysed imports
//< analysed uses
//- empty.py
x = 1
#< analysed declarations
#< analysed imports
#< analysed uses
