// Risky C library functions are external symbols.
//- user.c
#include <string.h>
void go(char *to, const char *from) {
  strcpy(to, from);
//^ [text] calls strcpy
}
