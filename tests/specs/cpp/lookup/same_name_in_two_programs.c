// A function with external linkage that two programs define is one symbol; each main is its own.
//- one.c
void usage(void) {}
int main(void) { usage(); return 0; }
//  ^ defines Function main()@one.c
//               ^ calls usage() from main()@one.c by a function of the same file
//- two.c
void usage(void) {}
int main(void) { usage(); return 0; }
//  ^ defines Function main()@two.c
//               ^ calls usage() from main()@two.c by a function of the same file
