// Functions of C's library that are worth asking for are external symbols.
//- user.c
#include <string.h>
void go(char *to, const char *from) {
  strcpy(to, from);
//^ [text] calls strcpy
}
