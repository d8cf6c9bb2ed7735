#define INIT __attribute__((section(".init")))
//- Macro INIT
typedef struct { int x; } point_t;
//- Struct point_t
//- TypeAlias point_t
//- Field point_t::x
typedef int (*handler_t)(struct driver *, int);
//- TypeAlias handler_t
static const struct operations driver_ops = { .open = driver_open };
//- Variable driver_ops local
static int INIT driver_init(void) { return 0; }
//- Function driver_init() local
int old_style(a, b)
//- Function old_style(a,b)
    int a;
    char *b;
{
    return a;
}
struct buffer *buffer_new(int class, int new) { return 0; }
//- Function buffer_new(int,int)
extern int print_it(const char *fmt, ...) __printf(1, 2);
//- decl Function print_it(const char*,...)
int (*table[4])(void), plain;
//- Variable table
//- Variable plain
MODULE_LICENSE("GPL");
void NAME_(fill)(int *a, int n) { }
//- Function NAME_(fill)(int*,int)
