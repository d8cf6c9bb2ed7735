// A call resolves to the repository's own function before a C library function of the same name.
//- user.c
static char *strcpy_(char *to, const char *from) { return to; }
char *strcpy(char *to, const char *from) { return strcpy_(to, from); }
void go(char *to) {
  strcpy(to, "a");
//^ calls strcpy(char*,const char*) by a function of the same file
}
