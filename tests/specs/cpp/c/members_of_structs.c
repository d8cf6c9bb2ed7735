// Calling a function pointer in a field is not a call of a function with the field's name.
//- user.c
struct driver { int (*open)(int); int count; };
int open(int n);
int go(struct driver *d) { return d->open(1); }
//                                   ^ !calls *
