// Taking the address of a static function is a reference; reading a field of the same name is not.
//- user.c
static int back(int n);
static int unused(int n) { return n; }
static int back(int n) { return n ? back(n - 1) : n; }
//                                  ^ calls back(int)@user.c from back(int) by a function of the same file
struct row { int (*call)(int); int back; };
struct row table[] = { { back } };
//                       ^ references back(int)@user.c
//                       ^ [text] references back(int)@user.c as address from table by a function of the same file
void on(int (*call)(int));
void set(struct row other) { on(&back); other.back; }
//                               ^ references back(int)@user.c
//                               ^ [text] references back(int)@user.c as address from set(row) by a function of the same file
//                           ^ calls on by a function of the same file
