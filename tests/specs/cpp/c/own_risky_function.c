// A function of the repository is not taken for one of C's library.
//- user.c
static char *strcpy_(char *to, const char *from) { return to; }
char *strcpy(char *to, const char *from) { return strcpy_(to, from); }
void go(char *to) {
  strcpy(to, "a");
//^ calls strcpy(char*,const char*) by a function of the same file
}
