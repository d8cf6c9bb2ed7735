// A static function whose address is taken is referenced by what takes it.
//- user.c
static int back(int n) { return n; }
static int unused(int n) { return n; }
struct row { int (*call)(int); };
struct row table[] = { { back } };
//                       ^ references back(int)@user.c
//                       ^ [text] references back(int)@user.c as address from table by a function of the same file
void on(int (*call)(int));
void set(void) { on(&back); }
//                   ^ references back(int)@user.c
//                   ^ [text] references back(int)@user.c as address from set() by a function of the same file
//               ^ calls on(int(*)(int)) by a function of the same file
