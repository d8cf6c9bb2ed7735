// A field that is called is no function, even where a function has its name.
//- user.c
struct driver { int (*open)(int); int count; };
int open(int n);
int go(struct driver *d) { return d->open(1); }
//                                   ^ !calls *
